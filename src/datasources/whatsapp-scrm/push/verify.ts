import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { PushHead } from '../../push-receiver.ts';
import type { RefusalCode } from './reply.ts';
import { text } from '../wire.ts';

/** Who sent a delivery, and when, as it claims. */
export interface Credentials {
  tenantId: string | null;
  /** Unix ms, as sent: it is signed as text. */
  timestamp: string | null;
  token: string | null;
}

export interface SignatureRule {
  tenantId: string;
  /** A key object: Node would make one from a text for each signature, which costs ten times as much as the signature. */
  key: KeyObject;
  maxAgeMs: number;
}

/** Clocks differ; the provider's may be this far ahead. */
const MAX_FUTURE_MS = 5 * 60_000;

const field = text
  .nullish()
  .catch(null)
  .transform((value) => (value === undefined || value === '' ? null : value));
const signedBody = z.object({ tenantId: field, timestamp: field, accessToken: field });

/**
 * @returns why the delivery is refused; null when the tenant signed it, not too long ago
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/webhook/webhook-readme.html
 */
export function findSignatureFault(
  { tenantId, timestamp, token }: Credentials,
  receivedAt: number,
  rule: SignatureRule,
): RefusalCode | null {
  if (tenantId === null) return 502;
  if (timestamp === null) return 503;
  if (token === null) return 504;
  const isSigned = isEqual(token, toAccessToken(rule.key, tenantId, timestamp));
  if (tenantId !== rule.tenantId || !isSigned) return 507;
  const age = /^\d{1,15}$/.test(timestamp) ? receivedAt - Number(timestamp) : Infinity;
  return age > rule.maxAgeMs || age < -MAX_FUTURE_MS ? 508 : null;
}

/**
 * The signature of a delivery, in lower-case hex. It does not cover the body.
 *
 * @param timestamp Unix ms, as sent
 */
export function toAccessToken(key: KeyObject, tenantId: string, timestamp: string): string {
  return createHmac('sha256', key).update(`${tenantId}${timestamp}`).digest('hex');
}

/**
 * How the headers are spelt is not published: these are the spellings of the provider's calls and bodies.
 */
export function readHeaders(headers: PushHead['headers']): Credentials {
  return {
    tenantId: textOf(headers['tenant_id'] ?? headers['tenantid']),
    timestamp: textOf(headers['timestamp']),
    token: textOf(headers['access_token'] ?? headers['accesstoken'] ?? headers['token']),
  };
}

/** A list is of a header that no credential comes in. */
function textOf(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}

/**
 * All three from the body, or all three from the headers, but for the tenant and the time, which a body may repeat.
 *
 * @param body parsed
 */
export function readCredentials(
  headers: PushHead['headers'],
  body: unknown,
): Credentials & { isOfHeaders: boolean } {
  const inHeaders = readHeaders(headers);
  // Most bodies are lists, and to refuse one as an object takes longer than to see that it is none.
  const inBody = Array.isArray(body) ? undefined : signedBody.safeParse(body).data;
  if (!inBody) return { ...inHeaders, isOfHeaders: true };
  if (inBody.accessToken !== null) {
    const { tenantId, timestamp, accessToken: token } = inBody;
    return { tenantId, timestamp, token, isOfHeaders: false };
  }
  // Two tenants are not one that is known.
  const isOfOne =
    inBody.tenantId === null || inHeaders.tenantId === null || inBody.tenantId === inHeaders.tenantId;
  return isOfOne ? { ...inHeaders, isOfHeaders: true } : { ...inHeaders, tenantId: '', isOfHeaders: false };
}

/** Takes the same time wherever the two differ; how long a signature is, is known. */
function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
