import type { QuotaCaller } from '../store/store.ts';
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
  #hurriedBy: QuotaCaller = null;
  /** Made when it is asked for: most requests are not in the background. */
  #hurry: AbortController | null = null;

  constructor(clock: Clock, isInBackground = false) {
    this.#clock = clock;
    this.#isInBackground = isInBackground;
  }

  /** The first caller who has waited for what was done in the background: from then on that is done for them. Null: none has. */
  get hurriedBy(): QuotaCaller {
    return this.#hurriedBy;
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

  /** Waits for what another request does. @param caller for whom; null: the gateway itself */
  async whileShared<T>({ result, activity }: SharedWork<T>, caller: QuotaCaller): Promise<T> {
    this.#awaited.push(activity);
    if (!this.#isInBackground) activity.#hurryAll(caller);
    try {
      return await result;
    } finally {
      this.#awaited.splice(this.#awaited.indexOf(activity), 1);
    }
  }

  /** With what it waits for itself. */
  #hurryAll(caller: QuotaCaller): void {
    const visited = new Set<Activity>([this]);
    for (const activity of visited) {
      if (activity.#isInBackground) activity.#hurriedBy = caller;
      activity.#isInBackground = false;
      activity.#hurry?.abort();
      for (const awaited of activity.#awaited) visited.add(awaited);
    }
  }
}
