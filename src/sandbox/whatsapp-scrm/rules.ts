import { createHash } from 'node:crypto';
import type { SandboxRequest } from '../sandbox-server.ts';

/** The body of msgPage, once it has passed. */
export interface PageCall {
  info: Record<string, unknown>;
  current: number;
  pageSize: number;
}

export interface Refusal {
  code: number;
  /** What rule was broken, where a right gateway never breaks it. */
  violation?: string;
}

export interface Account {
  tenantId: number;
  apiKey: string;
}

/** The headers of every call: tenant, time, and the MD5 of both with the key. */
export function findSignatureFault(
  { headers }: SandboxRequest,
  account: Account,
  now: number,
  maxSkewMs: number,
): Refusal | null {
  const { tenant_id: tenantId, timestamp, token } = headers;
  if (typeof tenantId !== 'string') return { code: 502, violation: 'Every call needs the header tenant_id' };
  if (typeof timestamp !== 'string') return { code: 503, violation: 'Every call needs the header timestamp' };
  if (typeof token !== 'string') return { code: 504, violation: 'Every call needs the header token' };
  if (!/^\d{13}$/.test(timestamp))
    return { code: 503, violation: `The timestamp is not in milliseconds: ${timestamp}` };
  if (!/^[0-9a-f]{32}$/.test(token)) return { code: 507, violation: 'The token is no lower-case hex MD5' };
  const right = createHash('md5')
    .update(tenantId + timestamp + account.apiKey)
    .digest('hex');
  if (tenantId !== String(account.tenantId) || token !== right) return { code: 507 };
  return Math.abs(now - Number(timestamp)) > maxSkewMs ? { code: 508 } : null;
}

/** @returns the call, or why it is refused */
export function parsePageCall({ body, headers }: SandboxRequest): PageCall | Refusal {
  if (!headers['content-type']?.startsWith('application/json'))
    return broken('The body must be application/json');
  const parsed: unknown = parseJson(body);
  if (!isObject(parsed)) return broken('The body must be a JSON object');
  const { tenantId, info, current = 1, pageSize = 10 } = parsed;
  if (typeof tenantId !== 'number' || String(tenantId) !== headers['tenant_id']) {
    return broken('The tenantId of the body must be a number, and the one of the header');
  }
  if (!isObject(info)) return broken('info is required');
  if (!isCount(current)) return broken('current counts from 1');
  if (!isCount(pageSize)) return broken('pageSize must be a whole number from 1');
  const fault = findInfoFault(info);
  return fault === null ? { info, current, pageSize } : broken(fault);
}

function findInfoFault(info: Record<string, unknown>): string | null {
  const { startChatTime: start, endChatTime: end } = info;
  if ((start === undefined) !== (end === undefined))
    return 'startChatTime and endChatTime must be given together';
  if (start !== undefined && !(isTime(start) && isTime(end) && start <= end)) {
    return 'startChatTime and endChatTime must be Unix ms, the earlier first';
  }
  for (const name of ['friendWhatsId', 'whatsId', 'contentType', 'agentAccount']) {
    if (!['undefined', 'string'].includes(typeof info[name])) return `${name} must be a String`;
  }
  for (const name of ['chatType', 'actionType']) {
    if (![undefined, 1, 2].some((value) => value === info[name])) return `${name} must be 1 or 2`;
  }
  return null;
}

function broken(violation: string): Refusal {
  return { code: 400, violation };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
