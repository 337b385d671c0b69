import { LRUCache } from 'lru-cache';
import type { Clock } from '../util/clock.ts';
import { RequestError } from '../errors/request-error.ts';
import type { SharedCounts } from '../store/store.ts';

const WINDOW_MS = 60_000;
/** Names in tokens come from the issuer, which may have any number of users. */
const MAX_CALLERS = 100_000;

export class RateLimitedError extends RequestError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED', `This key has reached its rate limit; retry in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Window {
  count: number;
  /** Monotonic. */
  endsAt: number;
}

/** Counts the requests of each caller, in windows of a minute that begin with its first request. */
export class RequestCounter {
  readonly #perMinute: number;
  readonly #clock: Clock;
  // By size: by number, it would make room for all of them at once.
  readonly #windows = new LRUCache<string, Window>({ maxSize: MAX_CALLERS, sizeCalculation: () => 1 });

  readonly #shared: SharedCounts | null;

  /** @param shared of other processes that count, too; null: there are none */
  constructor(perMinute: number, clock: Clock, shared: SharedCounts | null = null) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#shared = shared;
  }

  /** @throws RateLimitedError */
  async count(caller: string): Promise<void> {
    const countHere = (): number | null => this.#countHere(caller);
    const leftMs = this.#shared === null ? countHere() : await this.#shared.count(caller, countHere);
    if (leftMs !== null) throw new RateLimitedError(Math.max(1, Math.ceil(leftMs / 1000)));
  }

  /** @returns null when the request is within the limit, else for how many ms no other one will be */
  #countHere(caller: string): number | null {
    const now = this.#clock.monotonic();
    const kept = this.#windows.get(caller);
    const window = kept && now < kept.endsAt ? kept : { count: 0, endsAt: now + WINDOW_MS };
    if (window.count >= this.#perMinute) return window.endsAt - now;
    window.count++;
    this.#windows.set(caller, window);
    return null;
  }
}
