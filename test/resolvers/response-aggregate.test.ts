import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ResponseAggregate } from '../../src/resolvers/response-aggregate.ts';
import { Random } from '../../src/sandbox/random.ts';
import { runs } from '../support/runs.ts';

/** By the definition: the least of the times within which that share of them lies. */
function within(share: number, times: readonly number[]): number | null {
  const sorted = times.toSorted((a, b) => a - b);
  const found = sorted.find((_, index) => index + 1 >= share * sorted.length);
  return found === undefined ? null : found / 1000;
}

const SHARES = [0.001, 0.1, 0.5, 0.9, 1];

test('shares are by nearest rank', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 ** 45 }));
  fc.assert(
    fc.property(fc.array(fc.option(time), { maxLength: 40 }), (times) => {
      const aggregate = new ResponseAggregate();
      for (const [index, ms] of times.entries()) aggregate.add(index % 7, ms);
      const answered = times.filter((ms) => ms !== null);
      expect(aggregate.secondsWithin(...SHARES)).toEqual(SHARES.map((share) => within(share, answered)));
      expect([aggregate.turns, aggregate.answered, aggregate.conversations]).toEqual([
        times.length,
        answered.length,
        Math.min(7, times.length),
      ]);
    }),
    { numRuns: runs(300) },
  );
});

test('so they are of more turns than are sorted at once, and of those that come after they were asked for', () => {
  const random = new Random(5);
  const aggregate = new ResponseAggregate();
  const times: number[] = [];
  for (const more of [30_000, 1, 9_000]) {
    for (let left = more; left > 0; left--) {
      const ms = random.chance(0.5) ? random.between(0, 100) : random.between(0, 86_400_000);
      times.push(ms);
      aggregate.add(left, ms);
    }
    expect(aggregate.secondsWithin(...SHARES)).toEqual(SHARES.map((share) => within(share, times)));
  }
});
