import type { Clock } from '../../src/util/clock.ts';

const TICK_MS = 5;
const LONGEST_TICK_MS = 40;

/**
 * A clock for tests of deadlines over real sockets: at most as fast as real time, and slower where the machine has no time
 * for this process, since it goes on by a short time only each time that the event loop comes round to it.
 */
export class TickingClock implements Clock {
  #elapsed = 0;
  readonly #began: number;
  readonly #timer: NodeJS.Timeout;
  readonly #sleepers = new Set<() => void>();

  /** @param began Unix ms */
  constructor(began = Date.now()) {
    this.#began = began;
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#elapsed += Math.min(now - last, LONGEST_TICK_MS);
      last = now;
      for (const look of this.#sleepers) look();
    }, TICK_MS);
  }

  now(): number {
    return Math.floor(this.#began + this.#elapsed);
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

  timeout(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    void this.sleep(milliseconds).then(() => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    return controller.signal;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
