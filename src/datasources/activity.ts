import type { Clock } from '../util/clock.ts';

/** Work that one request does, and others that need the same wait for. */
export interface SharedWork<T> {
  readonly result: Promise<T>;
  /** Of the request that does it. */
  readonly activity: Activity;
}

/**
 * When a request last made progress with a channel: a call left, or one waits in the account's queue, which is not the
 * provider's fault. A request that waits for the work of another is as active as that one, and what another waits for is done in the
 * background no more.
 */
export class Activity {
  readonly #clock: Clock;
  #lastCallAt = 0;
  #queued = 0;
  readonly #awaited: Activity[] = [];
  #isInBackground: boolean;
  /** Made when it is asked for: most requests are not in the background. */
  #hurry: AbortController | null = null;

  constructor(clock: Clock, isInBackground = false) {
    this.#clock = clock;
    this.#isInBackground = isInBackground;
  }

  /** Not any more as soon as another request, which is not in the background, waits for its work. */
  get isInBackground(): boolean {
    return this.#isInBackground;
  }

  /** Aborted when it is not in the background any more. */
  get hurried(): AbortSignal {
    this.#hurry ??= new AbortController();
    if (!this.#isInBackground) this.#hurry.abort();
    return this.#hurry.signal;
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
    if (!this.#isInBackground) activity.#hurryAll();
    try {
      return await result;
    } finally {
      this.#awaited.splice(this.#awaited.indexOf(activity), 1);
    }
  }

  /** With what it waits for itself. */
  #hurryAll(): void {
    const visited = new Set<Activity>([this]);
    for (const activity of visited) {
      activity.#isInBackground = false;
      activity.#hurry?.abort();
      for (const awaited of activity.#awaited) visited.add(awaited);
    }
  }
}
