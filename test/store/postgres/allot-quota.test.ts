import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allot, type Sharer } from '../../../src/store/postgres/allot-quota.ts';
import type { QuotaLimits } from '../../../src/store/store.ts';

const PARTS = ['callsPerSecond', 'maxConcurrent'] as const;

/** One of the processes, which asks for its share again and again. */
class Process {
  readonly sharer: Sharer = { held: of(0, 0), needed: of(0, 0), callers: 1, turn: 0 };
  share = of(0, 0);
  inUse = of(0, 0);
  needed = of(0, 0);
  callers = 1;

  /** As the table keeps it: one process after the other. */
  ask(limits: QuotaLimits, all: readonly Process[]): void {
    const others = all.filter((one) => one !== this).map(({ sharer }) => sharer);
    const { inUse, needed, callers, sharer } = this;
    const wanted = of(
      Math.min(limits.callsPerSecond, needed.callsPerSecond * 2),
      Math.min(limits.maxConcurrent, needed.maxConcurrent * 2),
    );
    const { share, held, turn } = allot(limits, { inUse, needed, wanted, callers }, others, sharer);
    Object.assign(sharer, { held, needed, callers, turn });
    this.share = share;
  }

  /** Uses all that it may, and no more of what it used before. */
  work(): void {
    this.inUse = of(
      Math.min(this.share.callsPerSecond, this.needed.callsPerSecond),
      Math.min(this.share.maxConcurrent, this.needed.maxConcurrent),
    );
  }
}

function of(callsPerSecond: number, maxConcurrent: number): QuotaLimits {
  return { callsPerSecond, maxConcurrent };
}

function start(count: number): Process[] {
  return Array.from({ length: count }, () => new Process());
}

/** All ask and work, some times. */
function settle(limits: QuotaLimits, all: readonly Process[], rounds = 4): void {
  for (let round = 0; round < rounds; round++) {
    for (const one of all) {
      one.ask(limits, all);
      one.work();
    }
  }
}

test('all shares together are never more than the limits, whatever each process uses, needs and keeps', () => {
  const amounts = fc.record({ callsPerSecond: fc.nat(60), maxConcurrent: fc.nat(25) });
  const step = fc.record({
    process: fc.nat(3),
    needed: amounts,
    keeps: fc.double({ min: 0, max: 1, noNaN: true }),
    callers: fc.nat(4),
  });
  const limited = fc.record({
    callsPerSecond: fc.integer({ min: 1, max: 50 }),
    maxConcurrent: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(limited, fc.array(step, { maxLength: 60 }), (limits, steps) => {
      const all = start(4);
      for (const { process, needed, keeps, callers } of steps) {
        const one = all[process];
        if (!one) continue;
        // Some of its calls have ended, others have not.
        const used = (part: (typeof PARTS)[number]): number =>
          Math.ceil(keeps * Math.max(one.inUse[part], one.share[part]));
        one.inUse = of(used('callsPerSecond'), used('maxConcurrent'));
        one.needed = of(
          Math.min(limits.callsPerSecond, one.inUse.callsPerSecond + needed.callsPerSecond),
          Math.min(limits.maxConcurrent, one.inUse.maxConcurrent + needed.maxConcurrent),
        );
        one.callers = callers;
        one.ask(limits, all);
        for (const part of PARTS) {
          const held = all.reduce((sum, { sharer }) => sum + sharer.held[part], 0);
          expect(held).toBeLessThanOrEqual(limits[part]);
          // What calls use is held for them, as long as it was theirs.
          expect(one.sharer.held[part]).toBeGreaterThanOrEqual(one.share[part]);
        }
      }
    }),
  );
});

test('one that is alone gets all that it needs, and a reserve', () => {
  const [one] = start(1);
  if (!one) return expect.unreachable();
  one.needed = of(30, 5);
  settle(of(200, 20), [one]);
  expect(one.share).toEqual(of(60, 10));
  one.needed = of(0, 0);
  settle(of(200, 20), [one]);
  expect(one.sharer.held).toEqual(of(0, 0));
});

test.each([
  ['equal when all need all', [200, 200, 200], [1, 1, 1], [67, 67, 66]],
  ['in proportion to the callers who wait', [200, 200], [3, 1], [150, 50]],
  ['what one does not need goes to those who need it', [20, 200, 200], [1, 1, 1], [20, 90, 90]],
  ['a reserve is kept only of what no other needs', [20, 150, 0], [1, 1, 0], [40, 160, 0]],
])('shares are fair: %s', (_, needs, callers, expected) => {
  const limits = of(200, 200);
  const all = start(needs.length);
  all.forEach((one, index) => {
    one.needed = of(needs[index] ?? 0, needs[index] ?? 0);
    one.callers = callers[index] ?? 0;
  });
  settle(limits, all, 12);
  const shares = all.map(({ share }) => share.callsPerSecond);
  expect(shares.toSorted((a, b) => b - a)).toEqual(expected.toSorted((a, b) => b - a));
});

test('one that has all gives a fair part to one that comes later, as its calls end', () => {
  const limits = of(100, 100);
  const [first, second] = start(2);
  if (!first || !second) return expect.unreachable();
  first.needed = of(100, 100);
  settle(limits, [first, second]);
  expect(first.share).toEqual(limits);
  second.needed = of(100, 100);
  second.ask(limits, [first, second]);
  first.ask(limits, [first, second]);
  // It may use no more than its part, and what its calls use still counts.
  expect([first.share, first.sharer.held]).toEqual([of(50, 50), limits]);
  second.ask(limits, [first, second]);
  expect(second.share).toEqual(of(0, 0));
  first.work();
  first.ask(limits, [first, second]);
  second.ask(limits, [first, second]);
  expect([first.share, second.share]).toEqual([of(50, 50), of(50, 50)]);
});

test.each([of(1, 1), of(1, 20), of(20, 1), of(2, 1)])(
  'what cannot be divided (%o) goes to each, one after the other',
  (limits) => {
    const all = start(3);
    const served = all.map(() => 0);
    for (const one of all) {
      one.needed = limits;
      one.callers = 1;
    }
    for (let round = 0; round < 30; round++) {
      all.forEach((one, index) => {
        one.ask(limits, all);
        if (one.share.callsPerSecond > 0 && one.inUse.callsPerSecond === 0)
          served[index] = (served[index] ?? 0) + 1;
        one.work();
      });
    }
    expect(Math.min(...served)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(1);
  },
);
