import type { SandboxRequest } from '../sandbox-server.ts';

/** The body of sync_msg. */
export interface SyncRequest {
  cursor?: string;
  token?: string;
  limit?: number;
}

/** A rule of the provider that a request breaks, and the code that it gets for it. */
export interface RequestFault {
  errcode: number;
  rule: string;
}

const FIELDS = ['cursor', 'token', 'limit'];
const MAX_TEXT_BYTES = 128;
const MAX_LIMIT = 1000;

/** @returns undefined when the body is not JSON */
export function parseBody({ body }: SandboxRequest): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** @returns null when the request is a `SyncRequest` */
export function findSyncFault(request: SandboxRequest, body: unknown): RequestFault | null {
  if (request.headers['transfer-encoding'] !== undefined) {
    return { errcode: 44002, rule: 'The body was sent in chunks, without its length' };
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { errcode: 47001, rule: 'The body of sync_msg must be a JSON object' };
  }
  const unknown = Object.keys(body).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return { errcode: 47001, rule: `sync_msg has no field "${unknown}"` };
  const { cursor, token, limit } = body as Record<string, unknown>;
  if (!isTextOrLeftOut(cursor)) return wrongParameter('cursor must be left out, or be 1 to 128 bytes');
  if (!isTextOrLeftOut(token)) return wrongParameter('token must be left out, or be 1 to 128 bytes');
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= MAX_LIMIT)) {
    return wrongParameter('limit must be 1 to 1000');
  }
  return null;
}

function isTextOrLeftOut(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_TEXT_BYTES)
  );
}

function wrongParameter(rule: string): RequestFault {
  return { errcode: 40058, rule };
}
