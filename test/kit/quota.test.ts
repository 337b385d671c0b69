import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quota, Quotas } from '../../src/datasources/kit/quota.ts';
import { TestClock } from '../support/test-clock.ts';

test('no sliding second has more starts than allowed, and the allowance is used', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        callsPerSecond: fc.integer({ min: 1, max: 20 }),
        maxConcurrent: fc.integer({ min: 1, max: 8 }),
        durations: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 80 }),
      }),
      async ({ callsPerSecond, maxConcurrent, durations }) => {
        const clock = new VirtualClock();
        const quota = new Quota({ callsPerSecond, maxConcurrent }, clock);
        const starts: number[] = [];
        let running = 0;
        let mostRunning = 0;
        const done = Promise.all(
          durations.map((duration) =>
            quota.run(async () => {
              starts.push(clock.now());
              mostRunning = Math.max(mostRunning, ++running);
              await clock.sleep(duration);
              running--;
            }),
          ),
        );
        await clock.runUntil(done);
        expect(mostRunning).toBeLessThanOrEqual(maxConcurrent);
        starts.sort((a, b) => a - b);
        for (const [index, start] of starts.entries()) {
          const earlier = starts[index - callsPerSecond];
          if (earlier !== undefined) expect(start - earlier).toBeGreaterThan(1000);
        }
      },
    ),
  );
});

test('a call that fails gives its place back', async () => {
  const quota = new Quota({ callsPerSecond: 100, maxConcurrent: 1 }, new TestClock(0));
  await expect(quota.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await quota.run(() => Promise.resolve('yes'))).toBe('yes');
});

test('channels of one account share one quota', () => {
  const quotas = new Quotas(new TestClock(0));
  const limits = { callsPerSecond: 1, maxConcurrent: 1 };
  expect(quotas.for('WECOM ww1', limits)).toBe(quotas.for('WECOM ww1', limits));
  expect(quotas.for('WECOM ww1', limits)).not.toBe(quotas.for('WECOM ww2', limits));
});

/** A clock on which many sleepers wake in the order of their times. */
class VirtualClock {
  #now = 0;
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.#now + milliseconds, wake }));
  }

  async runUntil(done: Promise<unknown>): Promise<void> {
    const state = { isDone: false };
    const watched = done.then(() => {
      state.isDone = true;
    });
    for (;;) {
      // Everybody who is awake goes on until asleep again.
      await new Promise((resolve) => setImmediate(resolve));
      if (state.isDone) return watched;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (!next) throw new Error('Nobody will ever wake');
      this.#now = next.at;
      next.wake();
    }
  }
}
