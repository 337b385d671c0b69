import { expect, test } from 'vitest';
import type { CallBudget } from '../../src/datasources/message-source.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { Keeper } from '../../src/live/keeper.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import type { Clock } from '../../src/util/clock.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { nextTurns } from '../support/turns.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A keeper on a clock of which each sleep is told, and ends when the test says so. */
function setUp(
  pull: (budget: CallBudget) => Promise<void>,
  toPause = () => HOUR_MS,
): {
  keeper: Keeper;
  slept: number[];
  wake: () => Promise<void>;
  messages: () => unknown[];
} {
  const slept: number[] = [];
  let awake = Promise.withResolvers<undefined>();
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
    async sleep(milliseconds, signal) {
      slept.push(milliseconds);
      signal?.addEventListener('abort', () => {
        awake.resolve(undefined);
      });
      if (!signal?.aborted) await awake.promise;
      awake = Promise.withResolvers();
    },
  };
  const { log, lines } = createMemoryLog();
  const limits = { upstreamCallsPerRequest: 5, requestTimeoutMs: 1_000 };
  const keeper = new Keeper({
    pull: async (createBudget) => {
      await pull(createBudget());
      return { pauseMs: toPause(), failure: null };
    },
    tell: (err, level) => {
      if (level === 'warn') log.warn({ err }, 'A scheduled pull failed');
      else log.error({ err }, 'A scheduled pull failed unexpectedly');
    },
    clock,
    intervalMs: HOUR_MS,
    createBudget: () => new RequestBudget(limits, clock).forChannel('corp'),
  });
  const settle = (): Promise<void> => nextTurns(5);
  return {
    keeper,
    slept,
    wake: async () => {
      awake.resolve(undefined);
      await settle();
    },
    messages: () => lines().map(({ msg }) => msg),
  };
}

const upstream = (isRetryable: boolean): UpstreamError =>
  new UpstreamError('corp', 'WECOM', { code: 'UPSTREAM_UNAVAILABLE', isRetryable, advice: '' });

test('it pulls at once, and again after each interval, each time with a new allowance of calls', async () => {
  const budgets: CallBudget[] = [];
  const { keeper, slept, wake } = setUp((budget) => Promise.resolve(void budgets.push(budget)));
  keeper.begin();
  keeper.begin();
  await wake();
  await wake();
  expect(slept.every((milliseconds) => milliseconds === HOUR_MS)).toBe(true);
  expect(new Set(budgets).size).toBe(budgets.length);
  expect(budgets.length).toBeGreaterThanOrEqual(2);
  await keeper.close();
});

test('it waits as long as a pull says, and not when it is woken, before or meanwhile', async () => {
  const pauses = [0, 5, HOUR_MS, HOUR_MS];
  let pulls = 0;
  const { keeper, slept, wake } = setUp(
    () => Promise.resolve(),
    () => pauses[pulls++] ?? HOUR_MS,
  );
  keeper.begin();
  while (slept.length < 3) await wake();
  expect(slept.slice(0, 3)).toEqual([0, 5, HOUR_MS]);
  const before = pulls;
  keeper.wake();
  while (pulls === before) await new Promise((resolve) => setImmediate(resolve));
  await keeper.close();
});

test('what a part of a pull fails with is told once, and does not change the pause', async () => {
  const { log, lines } = createMemoryLog();
  const failure = upstream(true);
  const outcomes = [failure, failure, null, failure];
  let pulls = 0;
  const done = Promise.withResolvers<undefined>();
  const keeper = new Keeper({
    pull: () => {
      if (pulls === outcomes.length) done.resolve(undefined);
      return Promise.resolve({ pauseMs: 1, failure: outcomes[pulls++] ?? null });
    },
    tell: (err, level) => {
      log[level]({ err }, 'Failed');
    },
    clock: new TestClock(0),
    intervalMs: HOUR_MS,
    createBudget: () => {
      throw new Error('It needs none');
    },
  });
  keeper.begin();
  await done.promise;
  await keeper.close();
  expect(lines().map(({ msg }) => msg)).toEqual(['Failed', 'Failed']);
});

test.each<[string, Error, number, string[]]>([
  ['more is there than one allowance brings', new BudgetSpentError(), MINUTE_MS, []],
  ['a failure may pass by itself', upstream(true), MINUTE_MS, ['A scheduled pull failed']],
  ['a failure lasts', upstream(false), HOUR_MS, ['A scheduled pull failed']],
  ['the mistake is ours', new TypeError('x'), HOUR_MS, ['A scheduled pull failed unexpectedly']],
  ['the store is away', new UnreachableStoreError('x'), 1_000, ['A scheduled pull failed unexpectedly']],
])('where %s it tells and waits accordingly', async (_, failure, pauseMs, told) => {
  const { keeper, slept, messages } = setUp(() => Promise.reject(failure));
  keeper.begin();
  while (slept.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect([slept, messages()]).toEqual([[pauseMs], told]);
  await keeper.close();
});

test('the same failure is told once, and again after another one or a success', async () => {
  const outcomes = [upstream(true), upstream(true), null, upstream(true), new TypeError('x'), upstream(true)];
  let pulls = 0;
  const { keeper, wake, messages } = setUp(() => {
    const outcome = outcomes[pulls++] ?? null;
    return outcome === null ? Promise.resolve() : Promise.reject(outcome);
  });
  keeper.begin();
  while (pulls < outcomes.length + 1) await wake();
  expect(messages()).toEqual([
    'A scheduled pull failed',
    'A scheduled pull failed',
    'A scheduled pull failed unexpectedly',
    'A scheduled pull failed',
  ]);
  await keeper.close();
});

test('closed, it breaks off the pull under way and makes no other', async () => {
  let pulls = 0;
  const { keeper } = setUp(({ signal }) => {
    pulls++;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new BudgetSpentError());
      });
    });
  });
  keeper.begin();
  await keeper.close();
  expect(pulls).toBe(1);
});

test('one that never began ends at once', async () => {
  const { keeper } = setUp(() => Promise.reject(new Error('It was pulled')));
  await keeper.close();
});
