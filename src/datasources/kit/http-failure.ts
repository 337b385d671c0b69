import { errors as undiciErrors } from 'undici';
import type { UpstreamFailure } from '../../errors/upstream-error.ts';

/** What a missing answer means. */
export function toTransportFailure(cause: unknown): UpstreamFailure {
  const isTimeout =
    cause instanceof undiciErrors.HeadersTimeoutError ||
    cause instanceof undiciErrors.BodyTimeoutError ||
    cause instanceof undiciErrors.ConnectTimeoutError ||
    (cause instanceof DOMException && cause.name === 'TimeoutError');
  return isTimeout
    ? { code: 'UPSTREAM_TIMEOUT', isRetryable: true, advice: 'The provider timed out' }
    : {
        code: 'UPSTREAM_UNAVAILABLE',
        isRetryable: true,
        advice: 'No connection to the provider: check baseUrl, DNS and the network',
      };
}

/**
 * What a status other than 2xx means.
 *
 * @param now Unix ms
 */
export function toStatusFailure(
  status: number,
  retryAfter: string | string[] | undefined,
  now: number,
): UpstreamFailure {
  const providerCode = `HTTP ${status}`;
  const retryAfterSeconds = typeof retryAfter === 'string' ? toSeconds(retryAfter, now) : null;
  if (status === 429) {
    return {
      code: 'UPSTREAM_RATE_LIMITED',
      providerCode,
      isRetryable: true,
      retryAfterSeconds,
      advice: 'The provider rate-limits the gateway',
    };
  }
  if (status >= 500) {
    return {
      code: 'UPSTREAM_UNAVAILABLE',
      providerCode,
      isRetryable: true,
      retryAfterSeconds,
      advice: 'The provider is out of order',
    };
  }
  return {
    code: 'UPSTREAM_BAD_RESPONSE',
    providerCode,
    isRetryable: false,
    advice: `The provider answered with HTTP ${status}: check that baseUrl is its API`,
  };
}

/** `Retry-After`: seconds, or a date. */
function toSeconds(retryAfter: string, now: number): number | null {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
