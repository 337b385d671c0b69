import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Secret } from '../kit/secret.ts';
import type { PushRequest } from '../push-receiver.ts';
import type { RefusalCode } from './push-reply.ts';
import { text } from './wire.ts';

/** What a delivery says of who sent it, and when. */
interface Credentials {
  tenantId: string | null;
  /** Unix ms, as sent: it is signed as text. */
  timestamp: string | null;
  token: string | null;
}

export interface SignatureRule {
  tenantId: string;
  secret: Secret;
  maxAgeMs: number;
}

/** Clocks differ; so far ahead may the provider's be. */
const MAX_FUTURE_MS = 5 * 60_000;

const field = text
  .nullish()
  .catch(null)
  .transform((value) => (value === undefined || value === '' ? null : value));
const signedBody = z.object({ tenantId: field, timestamp: field, accessToken: field });

/**
 * @param body parsed
 * @returns why the delivery is not taken; null when the tenant signed it, not too long ago
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/webhook/webhook-readme.html
 */
export function findSignatureFault(
  { headers, receivedAt }: Pick<PushRequest, 'headers' | 'receivedAt'>,
  body: unknown,
  rule: SignatureRule,
): RefusalCode | null {
  const inBody = signedBody.safeParse(body).data;
  const { tenantId, timestamp, token } = toCredentials(headers, inBody);
  if (tenantId === null) return 502;
  if (timestamp === null) return 503;
  if (token === null) return 504;
  const isOurs = tenantId === rule.tenantId && (inBody?.tenantId ?? rule.tenantId) === rule.tenantId;
  const isSigned = isEqual(token, toAccessToken(rule.secret.reveal(), tenantId, timestamp));
  if (!isOurs || !isSigned) return 507;
  const age = /^\d{1,15}$/.test(timestamp) ? receivedAt - Number(timestamp) : Infinity;
  return age > rule.maxAgeMs || age < -MAX_FUTURE_MS ? 508 : null;
}

/**
 * The signature of a delivery, in lower-case hex. It does not cover the body.
 *
 * @param timestamp Unix ms, as sent
 */
export function toAccessToken(secret: string, tenantId: string, timestamp: string): string {
  return createHmac('sha256', secret).update(`${tenantId}${timestamp}`).digest('hex');
}

/**
 * All three from the body, or all three from the headers, but for the tenant and the time, which a body may repeat.
 * How the headers are spelt is not published: these are the spellings of the provider's calls and bodies.
 */
function toCredentials(
  headers: PushRequest['headers'],
  inBody: z.output<typeof signedBody> | undefined,
): Credentials {
  if (inBody && inBody.accessToken !== null) {
    return { tenantId: inBody.tenantId, timestamp: inBody.timestamp, token: inBody.accessToken };
  }
  return {
    tenantId: headers['tenant_id'] ?? headers['tenantid'] ?? null,
    timestamp: headers['timestamp'] ?? null,
    token: headers['access_token'] ?? headers['accesstoken'] ?? headers['token'] ?? null,
  };
}

/** Takes the same time wherever the two differ. */
function isEqual(given: string, right: string): boolean {
  const [a, b] = [given, right].map((value) => createHash('sha256').update(value).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
