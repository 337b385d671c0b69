import type { Clock } from '../../src/util/clock.ts';

/** A clock on which many sleepers wake in the order of their times. */
export class VirtualClock implements Clock {
  #now = 0;
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      const sleeper = { at: this.#now + milliseconds, wake };
      this.#sleepers.push(sleeper);
      const end = (): void => {
        sleeper.at = this.#now;
      };
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) end();
    });
  }

  /** In real time: it is for sockets. */
  timeout(milliseconds: number): AbortSignal {
    return AbortSignal.timeout(milliseconds);
  }

  /** Lets time pass until `done`. @throws Error when everybody waits for each other */
  async runUntil<T>(done: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const end = (): void => {
      state.isDone = true;
    };
    done.then(end, end);
    for (;;) {
      // Everybody who is awake goes on until asleep again.
      await new Promise((resolve) => setImmediate(resolve));
      if (state.isDone) return done;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (!next) throw new Error('Nobody will ever wake');
      this.#now = next.at;
      next.wake();
    }
  }
}
