import type { Clock } from '../util/clock.ts';

const WATCH_EVERY_MS = 1_000;

export interface Consumer {
  /** Whether it reads: nothing waits to be sent, or some of it has been sent since the last check. */
  isTaking: () => boolean;
  /** Whether it may still receive. */
  isCurrent: () => boolean;
  onSlow: () => void;
  onForbidden: () => void;
}

/**
 * Calls back when the consumer of a stream has read nothing for `stallMs`, or may no longer receive.
 *
 * @returns stops watching
 */
export function watchConsumer(
  { isTaking, isCurrent, onSlow, onForbidden }: Consumer,
  stallMs: number,
  clock: Clock,
): () => void {
  let tookAt = clock.monotonic();
  const watch = setInterval(() => {
    if (!isCurrent()) onForbidden();
    if (isTaking()) tookAt = clock.monotonic();
    else if (clock.monotonic() - tookAt >= stallMs) onSlow();
  }, WATCH_EVERY_MS).unref();
  return () => {
    clearInterval(watch);
  };
}
