import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quota, type QuotaLimits } from '../../../src/datasources/kit/quota.ts';
import { SharedLimits } from '../../../src/datasources/kit/shared-limits.ts';
import type { QuotaShares } from '../../../src/store/store.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { MemoryQuotaShares } from '../../support/memory-quota-shares.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { leastToleranceMs, type Arrival } from '../../support/rotation-law.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

interface Process {
  quota: Quota;
  shared: SharedLimits;
  log: ReturnType<typeof createMemoryLog>;
}

function start(shares: QuotaShares, limits: QuotaLimits, clock: VirtualClock): Process {
  const log = createMemoryLog();
  const shared = new SharedLimits({ account: 'one', limits, shares, clock, log: log.log });
  return { quota: new Quota(shared, clock), shared, log };
}

/** The provider, which sees what all processes send. */
class Provider {
  readonly arrivals: number[] = [];
  mostRunning = 0;
  #running = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** A call that arrives and is answered after so many milliseconds each. @returns whether it was allowed to leave */
  async call(
    { quota }: Process,
    caller: string | null,
    transitMs: number,
    answerMs: number,
    onArrival: () => void = () => undefined,
  ): Promise<boolean> {
    const permit = await quota.enter({ caller, signal: NEVER, isAdmitted: () => true });
    if (typeof permit === 'string') return false;
    this.mostRunning = Math.max(this.mostRunning, ++this.#running);
    await this.#clock.sleep(transitMs);
    this.arrivals.push(this.#clock.monotonic());
    onArrival();
    await this.#clock.sleep(answerMs);
    permit.answered();
    this.#running--;
    permit.end();
    return true;
  }
}

/** The store answers later than processes otherwise miss five questions: permits once went from one to the next, unused. */
const SLOW_STORE = {
  callsPerSecond: 2,
  maxConcurrent: 1,
  storeMs: 98,
  calls: (
    [
      [0, 'c', 141, 507, 17],
      [2, 'b', 188, 1045, 7],
      [2, 'a', 12, 1353, 6],
      [1, 'b', 171, 1409, 858],
      [0, 'b', 4107, 3, 433],
      [1, 'a', 75, 17, 644],
      [2, 'c', 2931, 1378, 959],
      [3, 'c', 40, 923, 11],
      [1, 'a', 81, 663, 7],
      [3, 'c', 161, 801, 13],
      [1, 'a', 150, 1146, 2],
      [2, 'b', 4293, 1410, 908],
    ] as const
  ).map(([process, caller, comesAfter, transitMs, answerMs]) => ({
    process,
    caller,
    comesAfter,
    transitMs,
    answerMs,
  })),
};

test('no sliding second has more arrivals than the limit, and no moment more calls in flight, whichever processes make them', async () => {
  const waiting = fc.record({
    process: fc.nat(3),
    caller: fc.constantFrom('a', 'b', 'c'),
    comesAfter: fc.oneof(fc.nat(200), fc.nat(6_000)),
    transitMs: fc.oneof(fc.nat(20), fc.nat(1_500)),
    answerMs: fc.oneof(fc.nat(20), fc.nat(1_500)),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        callsPerSecond: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 })),
        maxConcurrent: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 10 })),
        storeMs: fc.oneof(fc.nat(5), fc.nat(300)),
        calls: fc.array(waiting, { minLength: 1, maxLength: 80 }),
      }),
      async ({ storeMs, calls, ...limits }) => {
        const clock = new VirtualClock();
        const shares = new MemoryQuotaShares(clock, storeMs);
        const processes = Array.from({ length: 4 }, () => start(shares.forProcess(), limits, clock));
        const provider = new Provider(clock);
        const all = calls.map(async ({ process, caller, comesAfter, transitMs, answerMs }) => {
          await clock.sleep(comesAfter);
          const one = processes[process];
          return one ? provider.call(one, caller, transitMs, answerMs) : false;
        });
        // None of them waits for good.
        await clock.runUntil(Promise.all(all));
        expect(provider.arrivals).toHaveLength(calls.length);
        expect(mostInAnySecond(provider.arrivals)).toBeLessThanOrEqual(limits.callsPerSecond);
        expect(provider.mostRunning).toBeLessThanOrEqual(limits.maxConcurrent);
        for (const { log } of processes) expect(log.lines()).toEqual([]);
      },
    ),
    { numRuns: 150, examples: [[SLOW_STORE]] },
  );
});

/** Callers that make one call after the other. @returns how many each made within the last ten seconds, and all arrivals */
async function saturate(
  limits: QuotaLimits,
  callers: readonly (readonly string[])[],
  { answerMs = 10, seconds = 20 } = {},
): Promise<{ provider: Provider; byCaller: Map<string, number> }> {
  const clock = new VirtualClock();
  const shares = new MemoryQuotaShares(clock);
  const provider = new Provider(clock);
  const byCaller = new Map<string, number>();
  const end = seconds * 1000;
  const all = callers.flatMap((names) => {
    const own = start(shares.forProcess(), limits, clock);
    return names.map(async (name) => {
      while (clock.monotonic() < end) {
        await provider.call(own, name, 1, answerMs);
        const now = clock.monotonic();
        if (now > end - 10_000 && now <= end) byCaller.set(name, (byCaller.get(name) ?? 0) + 1);
      }
    });
  });
  await clock.runUntil(Promise.all(all));
  return { provider, byCaller };
}

function many(name: string, count: number): string[] {
  return Array.from({ length: count }, () => name);
}

test.each([
  ['one process alone', [many('a', 60)]],
  ['three processes with equal demand', [many('a', 60), many('b', 60), many('c', 60)]],
  ['three processes of which one has most', [many('a', 150), many('b', 2), many('c', 1)]],
])('nine tenths of the quota are used by %s', async (_, callers) => {
  const limits = { callsPerSecond: 200, maxConcurrent: 50 };
  const { provider, byCaller } = await saturate(limits, callers);
  const made = [...byCaller.values()].reduce((sum, count) => sum + count, 0);
  expect(made / 10).toBeGreaterThanOrEqual(180);
  expect(mostInAnySecond(provider.arrivals)).toBeLessThanOrEqual(200);
  expect(provider.mostRunning).toBeLessThanOrEqual(50);
});

test('the queue is fair to callers who wait in different processes: one with many calls gets no more than one with few', async () => {
  const limits = { callsPerSecond: 20, maxConcurrent: 20 };
  const { byCaller } = await saturate(limits, [
    [...many('a', 80), ...many('b', 12)],
    many('c', 12),
    many('d', 12),
  ]);
  const [least, most] = [Math.min(...byCaller.values()), Math.max(...byCaller.values())];
  expect([...byCaller.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
  expect(most / least).toBeLessThan(1.3);
});

test.each<[string, Record<string, number>[]]>([
  [
    'each of which has calls in each process',
    [
      { a: 27, b: 4, c: 1, own: 2 },
      { a: 27, b: 4, c: 1, own: 2 },
      { a: 26, b: 4, c: 1, own: 2 },
    ],
  ],
  ['each of which has calls in one process', [{ a: 80 }, { b: 12, own: 6 }, { c: 3 }]],
])(
  'law: the provider gets the calls of callers in rotation, %s, and then those of the gateway itself',
  async (_, waiting) => {
    const limits = { callsPerSecond: 20, maxConcurrent: 5 };
    const clock = new VirtualClock();
    const shares = new MemoryQuotaShares(clock);
    // One that has died has all of it, until all calls wait.
    const all = { inUse: limits, needed: limits, wanted: limits, waiting: [], unused: [] };
    await clock.runUntil(shares.forProcess().exchange('one', limits, all));
    const provider = new Provider(clock);
    const arrivals: Arrival[] = [];
    const calls = waiting.flatMap((counts) => {
      const own = start(shares.forProcess(), limits, clock);
      return Object.entries(counts).flatMap(([name, count]) =>
        many(name, count).map(async () => {
          const caller = name === 'own' ? null : name;
          // Else they would be due before the others are through.
          if (caller === null) await clock.sleep(9_000);
          await provider.call(own, caller, 1, 20, () => arrivals.push({ caller, at: clock.monotonic() }));
        }),
      );
    });
    await clock.runUntil(Promise.all(calls));
    expect(arrivals).toHaveLength(101);
    // A process fetches its permits every 20 ms.
    expect(leastToleranceMs(arrivals)).toBeLessThanOrEqual(30);
  },
);

test('each process makes calls where one call at a time is allowed', async () => {
  const { byCaller } = await saturate({ callsPerSecond: 1, maxConcurrent: 1 }, [['a'], ['b'], ['c']], {
    seconds: 30,
  });
  expect(Math.min(...byCaller.values())).toBeGreaterThanOrEqual(1);
});

test('a process that dies keeps its share for ten seconds, and then others have it', async () => {
  const limits = { callsPerSecond: 10, maxConcurrent: 10 };
  const clock = new VirtualClock();
  const shares = new MemoryQuotaShares(clock);
  const provider = new Provider(clock);
  // It takes all, and is never heard of again.
  const all = { inUse: limits, needed: limits, wanted: limits, waiting: [], unused: [] };
  await clock.runUntil(shares.forProcess().exchange('one', limits, all));
  const one = start(shares.forProcess(), limits, clock);
  await clock.runUntil(provider.call(one, 'a', 1, 1));
  expect(provider.arrivals[0]).toBeGreaterThanOrEqual(10_000);
  expect(provider.arrivals[0]).toBeLessThan(10_200);
});

test('a process that cannot ask stops five seconds after it last could, says so once, and goes on when it can', async () => {
  const limits = { callsPerSecond: 10, maxConcurrent: 10 };
  const clock = new VirtualClock();
  const working = new MemoryQuotaShares(clock).forProcess();
  const outage = { isOn: false };
  const shares: QuotaShares = {
    exchange: async (...asked) => {
      await clock.sleep(1);
      if (outage.isOn) throw new Error('The store does not answer');
      return working.exchange(...asked);
    },
    leave: (...left) => working.leave(...left),
  };
  const one = start(shares, limits, clock);
  const provider = new Provider(clock);
  await clock.runUntil(provider.call(one, 'a', 1, 1));
  const lost = clock.monotonic();
  outage.isOn = true;
  const calling = (async () => {
    while (clock.monotonic() < lost + 30_000) await provider.call(one, 'a', 1, 1);
  })();
  const back = (async () => {
    await clock.sleep(20_000);
    outage.isOn = false;
  })();
  await clock.runUntil(Promise.all([calling, back]));
  const since = provider.arrivals.filter((at) => at > lost).map((at) => at - lost);
  const silent = since.filter((at) => at > 5_010 && at < 20_000);
  expect(since.filter((at) => at <= 5_010).length).toBeGreaterThan(2);
  expect(silent).toEqual([]);
  expect(since.filter((at) => at >= 20_000).length).toBeGreaterThan(10);
  expect(one.log.lines().map(({ msg }) => msg)).toEqual(['The share of a quota could not be asked for']);
});

test('a share is left to others when the process closes, as soon as its calls have arrived a second ago', async () => {
  const limits = { callsPerSecond: 10, maxConcurrent: 10 };
  const clock = new VirtualClock();
  const shares = new MemoryQuotaShares(clock);
  const provider = new Provider(clock);
  const first = start(shares.forProcess(), limits, clock);
  const second = start(shares.forProcess(), limits, clock);
  await clock.runUntil(Promise.all(many('a', 10).map((name) => provider.call(first, name, 1, 1))));
  await clock.runUntil(first.shared.close());
  await clock.runUntil(provider.call(second, 'b', 1, 1));
  const [earliest = 0, next = 0] = [provider.arrivals[0], provider.arrivals.at(-1)];
  expect(next - earliest).toBeGreaterThanOrEqual(1_000);
  expect(next - earliest).toBeLessThan(1_200);
});
