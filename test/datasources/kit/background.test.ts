import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_OWN_WAIT_MS } from '../../../src/domain/upstream-calls.ts';
import {
  Quota,
  type BackgroundCall,
  type QuotaLimits,
  type QuotaUser,
} from '../../../src/datasources/kit/quota.ts';
import { SharedLimits } from '../../../src/datasources/kit/shared-limits.ts';
import { withoutFree } from '../../../src/datasources/kit/without-free.ts';
import type { QuotaShares } from '../../../src/store/store.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { MemoryQuotaShares } from '../../support/memory-quota-shares.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { runs } from '../../support/runs.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

interface Made {
  caller: string | null;
  isInBackground: boolean;
  cameAt: number;
  leftAt: number;
  answerMs: number;
}

/** Calls as one process makes them. */
class Calls {
  readonly clock: VirtualClock;
  readonly #quota: Quota;
  /** Those that have left. */
  readonly made: Made[];

  constructor(quota: Quota, clock: VirtualClock, made: Made[] = []) {
    this.#quota = quota;
    this.clock = clock;
    this.made = made;
  }

  async call(
    caller: string | null,
    answerMs: number,
    background: BackgroundCall | null = null,
  ): Promise<void> {
    const cameAt = this.clock.monotonic();
    const waiter = { caller, background, signal: NEVER, isAdmitted: () => true };
    const permit = await this.#quota.enter(waiter);
    if (typeof permit === 'string') throw new Error(permit);
    const leftAt = this.clock.monotonic();
    this.made.push({ caller, isInBackground: background !== null, cameAt, leftAt, answerMs });
    await this.clock.sleep(answerMs);
    permit.answered();
    permit.end();
  }
}

function inBackground(keepsFree = 0.3): BackgroundCall {
  return { keepsFree, hurried: new AbortController().signal };
}

/** How many calls count at a moment: those that leave, or have been answered within the second before it. */
function countedAt(moment: number, made: readonly Made[]): number {
  return made.filter(({ leftAt, answerMs }) => leftAt <= moment && leftAt + answerMs + 1_002 > moment).length;
}

const demand = fc.record({
  caller: fc.constantFrom('a', 'b', null),
  isInBackground: fc.boolean(),
  comesAfter: fc.oneof(fc.nat(100), fc.nat(5_000)),
  answerMs: fc.oneof(fc.nat(30), fc.nat(1_500)),
});

test('law: no call in the background leaves while another one waits, or beyond its part of the quota, and each leaves in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        callsPerSecond: fc.integer({ min: 1, max: 12 }),
        maxConcurrent: fc.integer({ min: 1, max: 8 }),
        keepsFree: fc.constantFrom(0, 0.3, 0.5, 0.9),
        demands: fc.array(demand, { minLength: 1, maxLength: 60 }),
      }),
      async ({ callsPerSecond, maxConcurrent, keepsFree, demands }) => {
        const clock = new VirtualClock();
        const calls = new Calls(new Quota({ callsPerSecond, maxConcurrent }, clock), clock);
        const { made } = calls;
        const all = demands.map(async ({ caller, isInBackground, comesAfter, answerMs }) => {
          await clock.sleep(comesAfter);
          if (isInBackground) await calls.call(null, answerMs, inBackground(keepsFree));
          else await calls.call(caller, answerMs);
        });
        await clock.runUntil(Promise.all(all));
        expect(made).toHaveLength(demands.length);
        const most = Math.max(1, Math.floor(callsPerSecond * (1 - keepsFree) + 1e-9));
        for (const { leftAt, cameAt, isInBackground } of made) {
          if (!isInBackground) continue;
          const passed = made.filter(
            (one) => !one.isInBackground && one.cameAt < leftAt && one.leftAt > leftAt,
          );
          expect(passed).toEqual([]);
          // Those that leave at the same moment after it are not in the background's way.
          const others = made.filter((one) => one.isInBackground || one.leftAt < leftAt);
          const before = made.filter((one) => one.isInBackground && one.leftAt < leftAt);
          const isStarving = leftAt - Math.max(cameAt, before.at(-1)?.leftAt ?? 0) >= MOST_OWN_WAIT_MS;
          expect(countedAt(leftAt, others)).toBeLessThanOrEqual(isStarving ? callsPerSecond : most);
        }
      },
    ),
    { numRuns: runs(300) },
  );
});

test('alone, the background uses what it may of each second', async () => {
  const clock = new VirtualClock();
  const calls = new Calls(new Quota({ callsPerSecond: 20, maxConcurrent: 20 }, clock), clock);
  await clock.runUntil(Promise.all(Array.from({ length: 140 }, () => calls.call(null, 10, inBackground()))));
  const times = calls.made.map(({ leftAt }) => leftAt);
  expect(mostInAnySecond(times)).toBe(14);
  expect((times.at(-1) ?? Infinity) / 9).toBeLessThan(1_030);
});

test('where calls of callers never wait, and never leave enough free, one leaves every ten seconds', async () => {
  const clock = new VirtualClock();
  const calls = new Calls(new Quota({ callsPerSecond: 10, maxConcurrent: 10 }, clock), clock);
  const callers = Array.from({ length: 6 * 60 }, async (_, index) => {
    await clock.sleep((index * 1_000) / 6);
    await calls.call('a', 300);
  });
  const background = Array.from({ length: 4 }, async () => {
    await clock.sleep(3_000);
    await calls.call(null, 300, inBackground());
  });
  await clock.runUntil(Promise.all([...callers, ...background]));
  const times = calls.made.filter(({ isInBackground }) => isInBackground).map(({ leftAt }) => leftAt);
  expect(times.map((time) => Math.floor(time / 1_000))).toEqual([13, 23, 33, 43]);
  expect(calls.made.filter(({ caller, cameAt, leftAt }) => caller === 'a' && leftAt > cameAt)).toEqual([]);
});

test('what calls that keep little free may use is not left to those that keep more', async () => {
  const clock = new VirtualClock();
  const made: Made[] = [];
  const limits = { callsPerSecond: 100, maxConcurrent: 100 };
  const calls = start(new MemoryQuotaShares(clock).forProcess(), limits, clock, made);
  await clock.runUntil(Promise.all(many(60, () => calls.call(null, 10, inBackground(0)))));
  await clock.runUntil(Promise.all(many(30, () => calls.call(null, 10, inBackground(0.9)))));
  const later = made.slice(60);
  expect(later).toHaveLength(30);
  expect(Math.max(...later.map(({ leftAt }) => countedAt(leftAt, made)))).toBeLessThanOrEqual(10);
});

test('of hundreds that wait in the background only those are looked at that may have a place', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const users: QuotaUser[] = [];
  const limits = { callsPerSecond: 10, maxConcurrent: 10 };
  const quota = new Quota(
    {
      limits,
      isGrowing: false,
      forBackground: (keepsFree) => {
        asked++;
        return withoutFree(limits, keepsFree);
      },
      use: (user) => users.push(user),
      update: () => undefined,
    },
    clock,
  );
  const calls = new Calls(quota, clock);
  const wait = (keepsFree: number): void => {
    void calls.call(null, Infinity, inBackground(keepsFree));
  };
  for (let count = 0; count < 250; count++) for (const keepsFree of [0.9, 0.8]) wait(keepsFree);
  await clock.runUntil(Promise.resolve());
  expect(calls.made).toHaveLength(2);
  asked = 0;
  for (const user of users) user.serve();
  expect(asked).toBe(2);
  wait(0);
  await clock.runUntil(Promise.resolve());
  expect([calls.made.length, asked]).toEqual([3, 5]);
});

test('a call in the background that another request waits for is in the background no more', async () => {
  const clock = new VirtualClock();
  const calls = new Calls(new Quota({ callsPerSecond: 10, maxConcurrent: 1 }, clock), clock);
  const hurry = new AbortController();
  const all = [
    calls.call('a', 100),
    calls.call(null, 100, { keepsFree: 0.3, hurried: hurry.signal }),
    calls.call('a', 100),
    calls.call(null, 100),
    calls.call(null, 100, inBackground()),
  ];
  hurry.abort();
  await clock.runUntil(Promise.all(all));
  expect(calls.made.map(({ caller, isInBackground, leftAt }) => [caller, isInBackground, leftAt])).toEqual([
    ['a', false, 0],
    ['a', false, 100],
    [null, false, 200],
    [null, true, 300],
    [null, true, 400],
  ]);
});

function start(shares: QuotaShares, limits: QuotaLimits, clock: VirtualClock, made: Made[]): Calls {
  const { log } = createMemoryLog();
  const shared = new SharedLimits({ account: 'one', limits, shares, clock, log });
  return new Calls(new Quota(shared, clock), clock, made);
}

/** Makes one call after the other. */
async function goOn(calls: Calls, until: number, caller: string | null): Promise<void> {
  while (calls.clock.monotonic() < until)
    await calls.call(caller, 10, caller === null ? inBackground() : null);
}

function many(count: number, act: () => Promise<void>): Promise<void>[] {
  return Array.from({ length: count }, act);
}

function countIn(made: readonly Made[], { from, to }: { from: number; to: number }): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { caller, leftAt } of made) {
    if (leftAt < from || leftAt >= to) continue;
    const name = caller ?? 'background';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test('a process that has only background work leaves the quota to callers of another one as soon as it knows of them', async () => {
  const limits = { callsPerSecond: 50, maxConcurrent: 50 };
  const clock = new VirtualClock();
  const shares = new MemoryQuotaShares(clock);
  const made: Made[] = [];
  const archive = start(shares.forProcess(), limits, clock, made);
  const gateway = start(shares.forProcess(), limits, clock, made);
  await clock.runUntil(
    Promise.all([
      ...many(40, () => goOn(archive, 12_000, null)),
      ...many(40, async () => {
        await clock.sleep(3_000);
        await goOn(gateway, 8_000, 'a');
      }),
    ]),
  );
  // Alone it has its part, and never more.
  expect(mostInAnySecond(made.filter(({ caller }) => caller === null).map(({ leftAt }) => leftAt))).toBe(35);
  expect(countIn(made, { from: 2_000, to: 3_000 })).toEqual({ background: 35 });
  // All of the 30 percent are there at once; the rest, when what has left has cooled down.
  expect(countIn(made, { from: 3_000, to: 3_200 })['a']).toBeGreaterThanOrEqual(14);
  const during = countIn(made, { from: 3_250, to: 8_000 });
  expect(during['background'] ?? 0).toBe(0);
  expect(during['a']).toBeGreaterThan(4 * 50 * 0.95);
  // And has it again.
  expect(countIn(made, { from: 10_000, to: 12_000 })['background']).toBeGreaterThan(60);
});

test('in no process does the background take what is to stay free of the quota that all have', async () => {
  const limits = { callsPerSecond: 40, maxConcurrent: 40 };
  const clock = new VirtualClock();
  const shares = new MemoryQuotaShares(clock);
  const made: Made[] = [];
  const all = [10, 20, 3].map((count) => ({ count, calls: start(shares.forProcess(), limits, clock, made) }));
  await clock.runUntil(
    Promise.all(all.flatMap(({ count, calls }) => many(count, () => goOn(calls, 10_000, null)))),
  );
  const times = made.map(({ leftAt }) => leftAt).sort((one, other) => one - other);
  expect(mostInAnySecond(times)).toBeLessThanOrEqual(28);
  expect(times.length).toBeGreaterThan(0.8 * 28 * 10);
});

test.each([
  ['a place', { callsPerSecond: 20, maxConcurrent: 1 }],
  ['few places', { callsPerSecond: 4, maxConcurrent: 2 }],
])(
  'of several processes with background work each gets its part where there are only %s',
  async (_, limits) => {
    const clock = new VirtualClock();
    const shares = new MemoryQuotaShares(clock);
    const made: Made[][] = [[], [], [], []];
    await clock.runUntil(
      Promise.all(
        made.flatMap((own) => {
          const calls = start(shares.forProcess(), limits, clock, own);
          return many(3, () => goOn(calls, 60_000, null));
        }),
      ),
    );
    const counts = made.map((own) => own.length);
    expect(Math.min(...counts)).toBeGreaterThan(0.4 * Math.max(...counts));
  },
);
