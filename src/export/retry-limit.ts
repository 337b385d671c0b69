import type { Clock } from '../util/clock.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** How long to wait, again and again, for something that may recover by itself. */
export class RetryLimit {
  readonly #limitMs: number;
  readonly #clock: Clock;
  #failingSince: number | null = null;
  #pauseMs = FIRST_PAUSE_MS;

  /** @param limitMs how long to wait without any progress */
  constructor(limitMs: number, clock: Clock) {
    this.#limitMs = limitMs;
    this.#clock = clock;
  }

  /** There was progress. */
  renew(): void {
    this.#failingSince = null;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /**
   * There was none. Pauses grow; the last one is cut short, so that there is an attempt at the very end.
   *
   * @param leastMs how long a retry would be useless
   * @returns how many milliseconds to wait; null: the limit is reached, or would be by then
   */
  nextPauseMs(leastMs: number): number | null {
    const now = this.#clock.monotonic();
    this.#failingSince ??= now;
    const leftMs = this.#failingSince + this.#limitMs - now;
    if (leftMs <= 0 || leastMs > leftMs) return null;
    const pauseMs = Math.max(leastMs, Math.min(this.#pauseMs, leftMs));
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    return pauseMs;
  }
}
