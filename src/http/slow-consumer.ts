import type { Clock } from '../util/clock.ts';

const WATCH_EVERY_MS = 1_000;

export interface Consumer {
  /** Whether it takes what is sent: nothing waits for it, or some of what waited has left since the last look. */
  isTaking: () => boolean;
  /** Whether it may still have what is sent. */
  isCurrent: () => boolean;
  onSlow: () => void;
  onForbidden: () => void;
}

/** Watches the consumer of a stream for one that has taken nothing for `stallMs`, or may not have more. @returns ends the watch */
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
