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
 * Calls back when the consumer of a stream has read nothing for `stallMs`, or may no longer receive. One timer watches all
 * consumers.
 */
export class ConsumerWatch {
  readonly #stallMs: number;
  readonly #clock: Clock;
  /** Monotonic: when each has last read. */
  readonly #tookAt = new Map<Consumer, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(stallMs: number, clock: Clock) {
    this.#stallMs = stallMs;
    this.#clock = clock;
  }

  /** @returns stops watching */
  watch(consumer: Consumer): () => void {
    this.#tookAt.set(consumer, this.#clock.monotonic());
    this.#timer ??= setInterval(() => {
      for (const [watched, tookAt] of this.#tookAt) this.#check(watched, tookAt);
    }, WATCH_EVERY_MS).unref();
    return () => {
      this.#tookAt.delete(consumer);
      if (this.#tookAt.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #check(consumer: Consumer, tookAt: number): void {
    if (!consumer.isCurrent()) consumer.onForbidden();
    const now = this.#clock.monotonic();
    // It may have ended just now.
    if (consumer.isTaking()) {
      if (this.#tookAt.has(consumer)) this.#tookAt.set(consumer, now);
    } else if (now - tookAt >= this.#stallMs) consumer.onSlow();
  }
}
