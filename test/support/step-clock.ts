import type { Clock } from '../../src/util/clock.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock that moves only when told to, and then wakes those whose time has come. */
export class StepClock implements Clock {
  #elapsed = 0;
  readonly #began: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(began = Date.UTC(2026, 2, 20)) {
    this.#began = began;
  }

  now(): number {
    return this.#began + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        at: this.#elapsed + milliseconds,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
      if (signal?.aborted) sleeper.wake();
    });
  }

  /** In real time: it is for sockets. */
  timeout(milliseconds: number): AbortSignal {
    return AbortSignal.timeout(milliseconds);
  }

  async advance(milliseconds: number): Promise<void> {
    this.#elapsed += milliseconds;
    for (const sleeper of [...this.#sleepers]) if (sleeper.at <= this.#elapsed) sleeper.wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
