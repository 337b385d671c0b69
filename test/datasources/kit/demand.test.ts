import { expect, test } from 'vitest';
import { BudgetSpentError, UpstreamError, type UpstreamFailure } from '../../../src/errors/upstream-error.ts';
import { Account } from '../../../src/datasources/kit/account.ts';
import { Random } from '../../../src/sandbox/random.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const CALLS_PER_SECOND = 50;
const SECONDS = 30;
/** Of all calls, so many are broken off before they are answered, and as many fail. */
const SHARE = 0.02;

// The same over real sockets is `demand.campaign.ts`.
test.each([
  ['at once', () => 0],
  ['after 20 to 120 ms', (random: Random) => random.between(20, 120)],
])(
  'at three times the demand no second sees more than the limit, nearly all of it is used, and a modest caller does not wait for the others, when the provider answers %s',
  async (_, toLatency) => {
    const clock = new VirtualClock();
    const account = new Account('shop', { callsPerSecond: CALLS_PER_SECOND, maxConcurrent: 20 }, clock);
    const random = new Random(7);
    const end = new AbortController();
    const arrivals: number[] = [];
    const refused = new Set<string>();
    const waits = new Map<string, number[]>([
      ['flood', []],
      ['modest', []],
    ]);
    const exchange = async (onAnswer: () => void): Promise<void> => {
      const latency = toLatency(random);
      const transit = random.between(0, latency);
      const fate = random.next();
      await clock.sleep(transit);
      arrivals.push(clock.now());
      if (fate < SHARE) throw new BudgetSpentError();
      await clock.sleep(latency - transit);
      if (fate < 2 * SHARE) throw new UpstreamError('shop', 'WECHAT', BAD_RESPONSE);
      onAnswer();
    };
    const call = async (caller: string): Promise<void> => {
      const began = clock.now();
      const budget = Object.assign(new TestBudget(began), { caller, signal: end.signal });
      const refuse = (_reason: string, failure: UpstreamFailure): UpstreamError => {
        refused.add(caller);
        return new UpstreamError('shop', 'WECHAT', failure);
      };
      try {
        await account.run({ operation: '/call', budget, refuse }, exchange);
        waits.get(caller)?.push(clock.now() - began);
      } catch (error) {
        if (!(error instanceof BudgetSpentError || error instanceof UpstreamError)) throw error;
      }
    };
    const demand = async (caller: string, perTick: number): Promise<void> => {
      const calls: Promise<void>[] = [];
      for (let tick = 0; tick < SECONDS * 10; tick++) {
        for (let i = 0; i < perTick; i++) calls.push(call(caller));
        await clock.sleep(100);
      }
      end.abort();
      await Promise.all(calls);
    };
    await clock.runUntil(Promise.all([demand('flood', 13), demand('modest', 2)]));

    expect(mostInAnySecond(arrivals)).toBeLessThanOrEqual(CALLS_PER_SECOND);
    expect(arrivals.length).toBeGreaterThanOrEqual(0.9 * CALLS_PER_SECOND * SECONDS);
    // 20 a second is less than its half of the quota: it waits for the second to pass at most, and not for the flood.
    const modest = waits.get('modest') ?? [];
    expect(modest.length).toBeGreaterThanOrEqual(0.9 * 20 * SECONDS);
    expect(Math.max(...modest)).toBeLessThan(1_500);
    // A thousand may wait; what is too many is the flood's own.
    expect(refused).toEqual(new Set(['flood']));
    expect(account.state()).toMatchObject({ underWay: 0, queued: 0 });
  },
);

const BAD_RESPONSE = { code: 'UPSTREAM_BAD_RESPONSE', isRetryable: true, advice: 'No' } as const;
