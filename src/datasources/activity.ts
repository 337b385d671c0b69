import type { Clock } from '../util/clock.ts';

/** Work that one request does, and others that need the same wait for. */
export interface SharedWork<T> {
  readonly result: Promise<T>;
  /** Of the request that does it. */
  readonly activity: Activity;
}

/**
 * When a request last made progress with a channel: a call left, or one waits in the account's queue, which is not the
 * provider's fault. A request that waits for the work of another is as active as that one.
 */
export class Activity {
  readonly #clock: Clock;
  #lastCallAt = 0;
  #queued = 0;
  readonly #awaited: Activity[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Monotonic. */
  get lastAt(): number {
    // Requests may wait for each other's work in circles; a set visits each once.
    const visited = new Set<Activity>([this]);
    let last = 0;
    for (const activity of visited) {
      if (activity.#queued > 0) return this.#clock.monotonic();
      last = Math.max(last, activity.#lastCallAt);
      for (const awaited of activity.#awaited) visited.add(awaited);
    }
    return last;
  }

  /** A call leaves. */
  called(): void {
    this.#lastCallAt = this.#clock.monotonic();
  }

  /** Waits for a permit of the account's quota, or for another process: not for the provider. */
  async whileQueued<T>(turn: Promise<T>): Promise<T> {
    this.#queued++;
    try {
      return await turn;
    } finally {
      this.#queued--;
    }
  }

  /** Waits for what another request does. */
  async whileShared<T>({ result, activity }: SharedWork<T>): Promise<T> {
    this.#awaited.push(activity);
    try {
      return await result;
    } finally {
      this.#awaited.splice(this.#awaited.indexOf(activity), 1);
    }
  }
}
