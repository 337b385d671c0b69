import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../kit/secret.ts';

/** How far the time that a callback was signed at may lie from the present, on either side. */
const MAX_AGE_MS = 300_000;
/** Unix seconds. */
const REQUEST_TIME = /^\d{1,11}$/;

/**
 * Whether a callback was signed with the token that the app shares with the provider, and recently. The signature
 * covers only the time: an attacker who sees one callback can send others while this one is valid, so TLS is needed
 * as well.
 *
 * @param query with `Sign`, the hex SHA-256 of the token and `RequestTime`
 * @param now Unix ms
 * @see https://www.tencentcloud.com/document/product/1047/34354
 */
export function isSigned(query: URLSearchParams, token: Secret, now: number): boolean {
  const requestTime = query.get('RequestTime') ?? '';
  const expected = createHash('sha256')
    .update(token.reveal() + requestTime)
    .digest('hex');
  const isRight = timingSafeEqual(toDigest(expected), toDigest(query.get('Sign') ?? ''));
  return (
    isRight && REQUEST_TIME.test(requestTime) && Math.abs(now - Number(requestTime) * 1000) <= MAX_AGE_MS
  );
}

/** Of equal length for texts of any, so that comparing takes as long for every wrong one. */
function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
