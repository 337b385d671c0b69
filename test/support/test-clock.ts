import type { Clock } from '../../src/datasources/kit/clock.ts';

/** A clock that only moves when told to; whoever sleeps on it moves it. */
export class TestClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
