import type { Clock } from '../../src/util/clock.ts';

const TICK_MS = 20;

/**
 * A clock for tests of deadlines over real sockets: at most as fast as real time, and slower where the machine has no time
 * for this process, since it goes on by one tick each time that the event loop comes round to it.
 */
export class TickingClock implements Clock {
  #elapsed = 0;
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  readonly #sleepers = new Set<() => void>();

  constructor() {
    this.#timer = setInterval(() => {
      this.#elapsed += TICK_MS;
      for (const look of this.#sleepers) look();
    }, TICK_MS);
  }

  now(): number {
    return this.#began + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const until = this.#elapsed + milliseconds;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#elapsed < until && !signal?.aborted) return;
        this.#sleepers.delete(look);
        signal?.removeEventListener('abort', look);
        resolve();
      };
      this.#sleepers.add(look);
      signal?.addEventListener('abort', look);
      look();
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
