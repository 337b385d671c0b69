import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';

/**
 * How old an answer of a provider may be when it is shown as the present. Requests that follow each other closely share
 * one answer; a webhook ends that at once for its channel.
 */
export class Freshness {
  readonly #freshMs: number;
  readonly #clock: Clock;
  /** Unix ms, by channel. */
  readonly #expiredAt = new Map<string, number>();

  /** @param freshMs 0: a request is only answered with what was fetched after it had arrived */
  constructor(freshMs: number, clock: Clock) {
    this.#freshMs = freshMs;
    this.#clock = clock;
  }

  /** Something has happened in the channel: what was fetched before is stale. */
  expire(channel: string): void {
    this.#expiredAt.set(channel, latestNow(this.#clock));
  }

  /** @returns what was fetched since then is fresh enough for a request of `time`; both Unix ms */
  since(channel: string, time: number): number {
    return Math.min(time, Math.max(time - this.#freshMs, this.#expiredAt.get(channel) ?? 0));
  }
}
