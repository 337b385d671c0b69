import { createHmac } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { SandboxRequest } from '../sandbox-server.ts';

/** Why a request is refused. */
export interface Refusal {
  errorCode: number;
  /** The rule that no correct caller breaks; null when a correct caller may get this too. */
  violation: string | null;
}

/** The app that the provider knows. */
export interface AppAccount {
  sdkAppId: number;
  adminUserId: string;
  secretKey: string;
}

/** The body of official_account_msg_get_simple. */
export interface HistoryRequest {
  Official_Account: string;
  LastMsgKey?: string;
  ReqMsgNumber?: number;
  WithRecalledMsg?: number;
}

const QUERY_NAMES = ['sdkappid', 'identifier', 'usersig', 'random', 'contenttype'];
const BODY_NAMES = ['Official_Account', 'LastMsgKey', 'ReqMsgNumber', 'WithRecalledMsg'];
const MAX_UINT32 = 0xff_ff_ff_ff;
const MAX_PAGE_SIZE = 20;

/** Looks at everything that is in the URL. @param now Unix ms */
export function refuseQuery(
  { query, headers }: SandboxRequest,
  app: AppAccount,
  now: number,
): Refusal | null {
  for (const name of QUERY_NAMES) {
    if (query.getAll(name).length !== 1) return breaks(60003, `The query must have ${name} once`);
  }
  if (query.get('contenttype') !== 'json') return breaks(60003, 'contenttype must be json');
  const random = query.get('random') ?? '';
  if (!/^\d{1,10}$/.test(random) || Number(random) > MAX_UINT32)
    return breaks(60003, 'random must be a uint32');
  if (headers['transfer-encoding'] !== undefined) return breaks(60002, 'The body was sent in chunks');
  if (query.get('sdkappid') !== String(app.sdkAppId)) return happens(70020);
  const identifier = query.get('identifier') ?? '';
  const signature = refuseUserSig(query.get('usersig') ?? '', { ...app, adminUserId: identifier }, now);
  if (signature) return signature;
  return identifier === app.adminUserId ? null : happens(60010);
}

/** Checks a signature for `app.adminUserId`. */
function refuseUserSig(userSig: string, app: AppAccount, now: number): Refusal | null {
  if (!/^[A-Za-z0-9*_-]+$/.test(userSig)) return breaks(70003, 'usersig has characters that none may have');
  const claims = readClaims(userSig);
  if (claims === null || claims['TLS.ver'] !== '2.0')
    return breaks(70003, 'usersig is not a signature of version 2.0');
  const {
    'TLS.time': time,
    'TLS.expire': expire,
    'TLS.identifier': identifier,
    'TLS.sdkappid': sdkAppId,
  } = claims;
  if (identifier !== app.adminUserId) return happens(70013);
  if (sdkAppId !== app.sdkAppId) return happens(70014);
  if (typeof time !== 'number' || typeof expire !== 'number') {
    return breaks(70003, 'usersig must have its time and lifetime as numbers');
  }
  const lines = [`identifier:${identifier}`, `sdkappid:${sdkAppId}`, `time:${time}`, `expire:${expire}`];
  const signed = lines.map((line) => `TLS.${line}\n`).join('');
  if (claims['TLS.sig'] !== createHmac('sha256', app.secretKey).update(signed).digest('base64'))
    return happens(70009);
  return now / 1000 >= time + expire ? happens(70001) : null;
}

function readClaims(userSig: string): Record<string, unknown> | null {
  const base64 = userSig.replace(/[*_-]/g, (character) => ({ '*': '+', '-': '/' })[character] ?? '=');
  try {
    const claims: unknown = JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString());
    return typeof claims === 'object' && claims !== null ? { ...claims } : null;
  } catch {
    return null;
  }
}

/** @returns the request, or why it is none */
export function readBody({ body }: SandboxRequest): HistoryRequest | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return breaks(60002, 'The body must be JSON');
  }
  if (typeof value !== 'object' || value === null) return breaks(60002, 'The body must be an object');
  const unknown = Object.keys(value).find((name) => !BODY_NAMES.includes(name));
  if (unknown !== undefined) return breaks(10004, `There is no field ${unknown}`);
  const { Official_Account, LastMsgKey, ReqMsgNumber, WithRecalledMsg } = value as Record<string, unknown>;
  if (typeof Official_Account !== 'string' || Official_Account === '') {
    return breaks(10004, 'Official_Account must be given');
  }
  if (LastMsgKey !== undefined && typeof LastMsgKey !== 'string')
    return breaks(10004, 'LastMsgKey must be a string');
  if (ReqMsgNumber !== undefined && !isWithin(ReqMsgNumber, 1, MAX_PAGE_SIZE)) {
    return breaks(10004, `ReqMsgNumber must be 1 to ${MAX_PAGE_SIZE}`);
  }
  if (WithRecalledMsg !== undefined && !isWithin(WithRecalledMsg, 0, 1)) {
    return breaks(10004, 'WithRecalledMsg must be 0 or 1');
  }
  // An id has no white space; which else it may have is the app's choice.
  if (/\s/.test(Official_Account)) return happens(10015);
  return value as HistoryRequest;
}

export function isRefusal(value: HistoryRequest | Refusal): value is Refusal {
  return 'errorCode' in value;
}

function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

/** A right caller never does this. */
export function breaks(errorCode: number, violation: string): Refusal {
  return { errorCode, violation };
}

/** This may happen to a right caller too: its configuration is wrong, or time has passed. */
export function happens(errorCode: number): Refusal {
  return { errorCode, violation: null };
}
