import type { ClientClock } from './clock.ts';
import { RequestFailedError } from './errors.ts';

export interface RetryPolicy {
  /** How often a failed request is retried; 0: never. */
  maxRetries: number;
  /** The first pause is up to this long; each further one up to twice as long as the one before. */
  baseDelayMs: number;
  /** No pause is longer. If `Retry-After` or `retryAfterSeconds` asks for more, the error is thrown at once. */
  maxDelayMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { maxRetries: 4, baseDelayMs: 500, maxDelayMs: 60_000 };

/**
 * Retries a request while that makes sense.
 *
 * @throws the error of the last attempt, or the signal's reason
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  clock: ClientClock,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = failures < policy.maxRetries ? toPauseMs(error, failures, policy, clock) : null;
      if (pauseMs === null) throw error;
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** @returns how long to wait before the next attempt; null when there should be none */
export function toPauseMs(
  error: unknown,
  failures: number,
  policy: RetryPolicy,
  clock: ClientClock,
): number | null {
  if (!(error instanceof RequestFailedError) || !error.retryable) return null;
  return pauseFor(error.retryAfterSeconds, failures, policy, clock);
}

/**
 * As long as the gateway asked for, plus jitter, since it asks other clients for the same; else a random time up to a
 * bound that doubles.
 *
 * @returns null when it asked for longer than the policy allows
 */
export function pauseFor(
  retryAfterSeconds: number | null,
  failures: number,
  { baseDelayMs, maxDelayMs }: RetryPolicy,
  clock: ClientClock,
): number | null {
  if (retryAfterSeconds === null) return clock.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** failures);
  const askedForMs = retryAfterSeconds * 1000;
  return askedForMs > maxDelayMs ? null : askedForMs + clock.random() * baseDelayMs;
}
