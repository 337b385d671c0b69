import { expect, test } from 'vitest';
import type {
  QuotaCaller,
  QuotaDemand,
  QuotaLimits,
  QuotaShare,
  QuotaShares,
} from '../../src/store/store.ts';
import { Random } from '../../src/sandbox/random.ts';

const ACCOUNT = 'shop';
const LIMITS = of(100, 20);

export interface TestShares {
  /** As one more process has them. */
  start: () => QuotaShares;
  /** Ends what any process has, as if it had died ten seconds ago. */
  expire: () => Promise<void>;
  /** What all processes have of the account. */
  held: () => Promise<QuotaLimits>;
}

function of(callsPerSecond: number, maxConcurrent = callsPerSecond): QuotaLimits {
  return { callsPerSecond, maxConcurrent };
}

/** @param callers of the calls that wait */
function demand(callers: readonly QuotaCaller[], inUse = of(0), unused: QuotaCaller[] = []): QuotaDemand {
  const needed = of(inUse.callsPerSecond + callers.length, inUse.maxConcurrent + callers.length);
  const waiting = [...new Set(callers)].map((caller) => ({
    caller,
    calls: callers.filter((one) => one === caller).length,
    waitedMs: 5,
  }));
  return { inUse, needed, wanted: needed, waiting, unused };
}

function many(caller: QuotaCaller, calls: number): QuotaCaller[] {
  return Array.from({ length: calls }, () => caller);
}

/** What every implementation does. @param open a new one */
export function describeQuotaShares(open: () => TestShares): void {
  const ask = (shares: QuotaShares, wanted: QuotaDemand, limits = LIMITS): Promise<QuotaShare> =>
    shares.exchange(ACCOUNT, limits, wanted);

  test('one that is alone has a share, of all that there is if it needs that', async () => {
    const one = open().start();
    expect(await ask(one, demand(many('a', 8)))).toEqual({ ...of(8), goodForMs: 5_000, permits: null });
    expect(await ask(one, demand(many('a', 90), of(8)))).toMatchObject({ ...of(98, 20), permits: null });
  });

  test('what is given back goes to callers in rotation, in the processes where their calls wait', async () => {
    const { start } = open();
    const [first, second] = [start(), start()];
    const limits = of(4);
    await ask(first, demand(many('x', 4)), limits);
    const rotation = { ...of(0), goodForMs: 5_000, permits: { callers: [], askInMs: 20 } };
    expect(await ask(second, demand(['a', 'a', 'a', 'b', null]), limits)).toEqual(rotation);
    expect(await ask(first, demand(['c', 'a'], of(4)), limits)).toEqual(rotation);
    // Three of its calls have ended.
    const given = await ask(first, demand(['c', 'a'], of(1)), limits);
    expect(given.permits?.callers).toEqual(['c']);
    expect((await ask(second, demand(['a', 'a', 'a', 'b', null]), limits)).permits?.callers).toEqual([
      'a',
      'b',
    ]);
    // One could not be used: its caller is served first.
    expect((await ask(second, demand(['a', 'a', 'b'], of(1), ['b']), limits)).permits?.callers).toEqual([
      'b',
    ]);
  });

  test('the background has equal parts of what no call needs that is not in it, and nothing while one waits for a place', async () => {
    const { start, held } = open();
    const [first, second, third] = [start(), start(), start()];
    const limits = of(20);
    const inBackground = (calls: number, used = of(0)): QuotaDemand => ({
      ...demand([], used),
      background: { used, wanted: of(calls), within: of(14) },
    });
    const share = { goodForMs: 5_000, permits: null };
    expect(await ask(first, inBackground(30), limits)).toEqual({ ...share, ...of(14), background: of(14) });
    // It has all of it, and has to make room.
    expect(await ask(second, inBackground(4), limits)).toEqual({ ...share, ...of(0), background: of(0) });
    expect(await ask(first, inBackground(30, of(14)), limits)).toMatchObject({ background: of(10) });
    expect(await ask(first, inBackground(30, of(8)), limits)).toMatchObject({
      ...of(10),
      background: of(10),
    });
    expect(await ask(second, inBackground(4), limits)).toMatchObject({ ...of(4), background: of(4) });
    expect(await held()).toEqual(of(14));
    // What is free is there for callers at once.
    expect(await ask(third, demand(many('a', 6)), limits)).toEqual({ ...share, ...of(6) });
    const more = await ask(third, demand(many('a', 2), of(6)), limits);
    expect(more).toMatchObject({ ...of(0), permits: { callers: [] } });
    for (const [one, used] of [
      [first, of(10)],
      [second, of(4)],
    ] as const)
      expect(await ask(one, inBackground(30, used), limits)).toMatchObject({ ...of(0), background: of(0) });
  });

  test('one that needs nothing any more leaves nothing', async () => {
    const { start, held } = open();
    const one = start();
    await ask(one, demand(many('a', 8)));
    expect(await held()).toEqual(of(8));
    await ask(one, demand([]));
    expect(await held()).toEqual(of(0));
  });

  test('what one had whose time is up is free, also when it comes back', async () => {
    const { start, expire } = open();
    const [dead, other] = [start(), start()];
    await ask(dead, demand(many('a', 20)));
    await expire();
    expect(await ask(other, demand(many('b', 20)))).toMatchObject(of(20));
    expect(await ask(dead, demand([], of(20)))).toMatchObject({ ...of(0), permits: null });
  });

  test('what one leaves is free when its calls have cooled down', async () => {
    const { start } = open();
    const [first, second] = [start(), start()];
    await ask(first, demand(many('a', 20)));
    await first.leave(ACCOUNT, 0);
    expect(await ask(second, demand(many('b', 20)))).toMatchObject(of(20));
  });

  test('all together never have more than the limits, though all ask at the same moments', async () => {
    const { start, held } = open();
    const random = new Random(7);
    const usable = new Map(Array.from({ length: 6 }, () => [start(), of(0)]));
    for (let round = 0; round < 15; round++) {
      await Promise.all(
        [...usable].map(async ([one, before]) => {
          const inUse = of(random.between(0, before.callsPerSecond), random.between(0, before.maxConcurrent));
          const callers = Array.from(
            { length: random.between(0, 40) },
            () => `caller ${random.between(0, 3)}`,
          );
          const { permits, ...share } = await ask(one, demand(callers, inUse));
          const places = permits?.callers.length ?? 0;
          usable.set(
            one,
            permits === null ? share : of(inUse.callsPerSecond + places, inUse.maxConcurrent + places),
          );
        }),
      );
      const all = await held();
      for (const part of ['callsPerSecond', 'maxConcurrent'] as const) {
        expect(all[part]).toBeLessThanOrEqual(LIMITS[part]);
        const used = [...usable.values()].reduce((sum, one) => sum + one[part], 0);
        expect(used).toBeLessThanOrEqual(all[part]);
      }
    }
  });
}
