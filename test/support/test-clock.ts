import { systemClock, type Clock } from '../../src/util/clock.ts';

/** A clock that only moves when told to; whoever sleeps on it moves it, but for what is renewed in the background. */
export class TestClock implements Clock {
  readonly background = systemClock;
  #now: number;
  #monotonic = 1_000;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    this.#monotonic += milliseconds;
  }

  /** Sets the wall clock forward (or back, when negative) while no time passes. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** In real time: it is for sockets. */
  timeout(milliseconds: number): AbortSignal {
    return AbortSignal.timeout(milliseconds);
  }
}
