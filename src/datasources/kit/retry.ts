import { UpstreamError } from '../errors.ts';
import type { Clock } from './clock.ts';

const MAX_PAUSE_MS = 300;

/**
 * Repeats a read once when the provider was out of order for a moment (a broken connection, a 5xx, its own "busy").
 * Time-outs and rate limits are not repeated: they would only take longer.
 */
export async function retryOnce<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const isMomentary =
      error instanceof UpstreamError && error.code === 'UPSTREAM_UNAVAILABLE' && error.isRetryable;
    if (!isMomentary || error.retryAfterSeconds !== null) throw error;
    await clock.sleep(Math.ceil(Math.random() * MAX_PAUSE_MS));
    return call();
  }
}
