import { expect, test } from 'vitest';
import { BudgetSpentError, UpstreamError, type UpstreamFailure } from '../../../src/errors/upstream-error.ts';
import { Activity } from '../../../src/datasources/activity.ts';
import { Account, Accounts } from '../../../src/datasources/kit/account.ts';
import type { CallBudget } from '../../../src/datasources/message-source.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';

const LIMITS = { callsPerSecond: 100, maxConcurrent: 10 };
const NOW = 1_000_000;

interface World {
  account: Account;
  clock: TestClock;
  refused: string[];
  call: (outcome?: Promise<string> | (() => Promise<string>), budget?: CallBudget) => Promise<string>;
  /** How many calls have left. */
  left: () => number;
}

function open(limits = LIMITS): World {
  const clock = new TestClock(NOW);
  const account = new Account('shop', limits, clock);
  const refused: string[] = [];
  let left = 0;
  return {
    account,
    clock,
    refused,
    call: (outcome = Promise.resolve('fine'), budget = new TestBudget(NOW)) =>
      account.run(
        {
          operation: '/call',
          budget,
          refuse: (reason, failure) => {
            refused.push(reason);
            return new UpstreamError('shop', 'WECHAT', failure);
          },
        },
        () => {
          left++;
          return typeof outcome === 'function' ? outcome() : outcome;
        },
      ),
    left: () => left,
  };
}

function failure(code: UpstreamFailure['code'], changes: Partial<UpstreamFailure> = {}): UpstreamError {
  return new UpstreamError('shop', 'WECHAT', { code, isRetryable: true, advice: 'No', ...changes });
}

/** A budget whose request must be answered within so many milliseconds. */
function hurried({ clock }: World, milliseconds: number): CallBudget {
  return Object.assign(new TestBudget(NOW), { deadline: clock.monotonic() + milliseconds });
}

async function openCircuit({ call }: World): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await expect(call(() => Promise.reject(failure('UPSTREAM_TIMEOUT')))).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
  }
}

test('after three failures in a row no call leaves, and each is answered at once', async () => {
  const world = open();
  await openCircuit(world);
  await expect(world.call()).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    isRetryable: true,
    retryAfterSeconds: 2,
  });
  expect({ left: world.left(), refused: world.refused, circuit: world.account.state().circuit }).toEqual({
    left: 3,
    refused: ['CIRCUIT_OPEN'],
    circuit: 'OPEN',
  });
});

test('an answer in between, a rate code and a refusal are no outage', async () => {
  const world = open();
  for (let i = 0; i < 10; i++) {
    await expect(world.call(() => Promise.reject(failure('UPSTREAM_TIMEOUT')))).rejects.toThrow();
    await expect(world.call(() => Promise.reject(failure('UPSTREAM_UNAVAILABLE')))).rejects.toThrow();
    await world.call();
  }
  for (const code of ['UPSTREAM_RATE_LIMITED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_AUTH_FAILED'] as const) {
    for (let i = 0; i < 5; i++)
      await expect(world.call(() => Promise.reject(failure(code)))).rejects.toThrow();
  }
  expect(world.account.state().circuit).toBe('CLOSED');
});

test('while it is down, one call a second finds out, and the others do not wait for it', async () => {
  const world = open();
  await openCircuit(world);
  let left = 3;
  for (let second = 0; second < 60; second++) {
    world.clock.advance(1_100);
    const hanging = Promise.withResolvers<string>();
    const probe = world.call(hanging.promise);
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.account.state().circuit).toBe('HALF_OPEN');
    const others = await Promise.allSettled(Array.from({ length: 5 }, () => world.call()));
    expect(others.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    hanging.reject(failure('UPSTREAM_TIMEOUT'));
    await expect(probe).rejects.toThrow();
    expect(world.left()).toBe(++left);
  }
  world.clock.advance(1_100);
  expect(await world.call()).toBe('fine');
  expect(await world.call()).toBe('fine');
  expect(world.account.state().circuit).toBe('CLOSED');
});

test('of many that come at the moment of trying again, one leaves', async () => {
  const world = open();
  await openCircuit(world);
  world.clock.advance(1_100);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => world.call(() => Promise.reject(failure('UPSTREAM_TIMEOUT')))),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
  expect(world.left()).toBe(4);
  expect(world.account.state()).toMatchObject({ underWay: 0, queued: 0 });
});

test('a try without a waiter has found out nothing', async () => {
  const world = open();
  await openCircuit(world);
  world.clock.advance(1_100);
  await expect(world.call(() => Promise.reject(new BudgetSpentError()))).rejects.toThrow(BudgetSpentError);
  expect(world.account.state().circuit).toBe('OPEN');
});

test('a waiter for a permit is answered at once when the circuit opens', async () => {
  const world = open({ ...LIMITS, maxConcurrent: 3 });
  const hanging = Array.from({ length: 3 }, () => Promise.withResolvers<string>());
  const calls = hanging.map(({ promise }) => world.call(promise));
  const waiting = world.call();
  await new Promise((resolve) => setImmediate(resolve));
  expect(world.account.state()).toMatchObject({ underWay: 3, queued: 1 });
  for (const { reject } of hanging) reject(failure('UPSTREAM_TIMEOUT'));
  await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  expect(world.left()).toBe(3);
});

test('a reset within the deadline is waited for', async () => {
  const world = open();
  world.account.note('/call', failure('UPSTREAM_RATE_LIMITED', { retryAfterSeconds: 5 }).failure);
  expect(await world.call(undefined, hurried(world, 6_000))).toBe('fine');
  expect(world.clock.now()).toBe(NOW + 5_000);
});

test('a reset beyond the deadline is told at once, without a call', async () => {
  const world = open();
  world.account.note(
    '/call',
    failure('UPSTREAM_RATE_LIMITED', { retryAfterSeconds: 50_000, providerCode: '45009' }).failure,
  );
  await expect(world.call(undefined, hurried(world, 15_000))).rejects.toMatchObject({
    code: 'UPSTREAM_RATE_LIMITED',
    providerCode: '45009',
    retryAfterSeconds: 50_000,
  });
  expect({ left: world.left(), refused: world.refused, now: world.clock.now() }).toEqual({
    left: 0,
    refused: ['COOLDOWN'],
    now: NOW,
  });
});

test('a budget without calls or time takes nothing of the quota', async () => {
  const world = open();
  await expect(world.call(undefined, new TestBudget(NOW, 0))).rejects.toThrow(BudgetSpentError);
  const over = Object.assign(new TestBudget(NOW), { isOver: true });
  await expect(world.call(undefined, over)).rejects.toThrow(BudgetSpentError);
  expect(world.account.state()).toEqual({
    account: 'shop',
    callsLeft: 100,
    underWay: 0,
    queued: 0,
    circuit: 'CLOSED',
    closedUntil: null,
  });
});

test('a waiter past its deadline leaves the queue at once, though every place is taken', async () => {
  const world = open({ ...LIMITS, maxConcurrent: 1 });
  const hanging = Promise.withResolvers<string>();
  const first = world.call(hanging.promise);
  await expect(world.call(undefined, hurried(world, 30))).rejects.toThrow(BudgetSpentError);
  expect(world.account.state()).toMatchObject({ underWay: 1, queued: 0, callsLeft: 99 });
  hanging.resolve('late');
  expect(await first).toBe('late');
});

test('one call in ten may be repeated, and two at first', () => {
  const { retries } = open().account;
  let repeated = 0;
  for (let i = 0; i < 1_000; i++) {
    retries.earn();
    if (retries.spend()) repeated++;
  }
  expect(repeated).toBeGreaterThanOrEqual(100);
  expect(repeated).toBeLessThanOrEqual(102);
});

test('a call in the background leaves when no other waits, unless another request waits for its work', async () => {
  const { account, clock } = open({ callsPerSecond: 100, maxConcurrent: 1 });
  const left: string[] = [];
  const make = async (name: string, changes: Partial<CallBudget> = {}): Promise<void> => {
    const budget = Object.assign(new TestBudget(NOW), changes);
    const refuse = (): UpstreamError => failure('UPSTREAM_UNAVAILABLE');
    await account.run({ operation: '/call', budget, refuse }, async () => {
      left.push(name);
      await new Promise((resolve) => setImmediate(resolve));
    });
  };
  const inBackground = (): Partial<CallBudget> & { activity: Activity } => ({
    caller: null,
    background: { keepsFree: 0.3 },
    activity: new Activity(clock, true),
  });
  const joined = inBackground();
  const calls = [make('first'), make('background', inBackground()), make('joined', joined), make('caller')];
  await Promise.resolve();
  void new TestBudget(NOW).activity.whileShared(
    { result: Promise.all(calls), activity: joined.activity },
    'test',
  );
  await Promise.all(calls);
  expect(left).toEqual(['first', 'caller', 'joined', 'background']);
});

test('what a caller waits for, and was done in the background, is in the rotation as a call of that caller', async () => {
  const { account, clock } = open({ callsPerSecond: 100, maxConcurrent: 1 });
  const left: string[] = [];
  const make = async (name: string, changes: Partial<CallBudget>): Promise<void> => {
    const budget = Object.assign(new TestBudget(NOW), changes);
    const refuse = (): UpstreamError => failure('UPSTREAM_UNAVAILABLE');
    await account.run({ operation: '/call', budget, refuse }, async () => {
      left.push(name);
      await new Promise((resolve) => setImmediate(resolve));
    });
  };
  const activity = new Activity(clock, true);
  const background = { caller: null, background: { keepsFree: 0.3 }, activity };
  const busy = ['busy 1', 'busy 2', 'busy 3'].map((name) => make(name, { caller: 'busy' }));
  const page = make('page', background);
  await Promise.resolve();
  void new TestBudget(NOW).activity.whileShared({ result: page, activity }, 'other');
  await Promise.all([...busy, page]);
  // Also the next call for it.
  const again = ['busy 4', 'busy 5', 'busy 6'].map((name) => make(name, { caller: 'busy' }));
  await Promise.all([...again, make('next page', background)]);
  expect(left).toEqual(['busy 1', 'busy 2', 'page', 'busy 3', 'busy 4', 'busy 5', 'next page', 'busy 6']);
});

test('channels of one account share it', () => {
  const accounts = new Accounts(new TestClock(NOW));
  expect(accounts.for('WECOM ww1', LIMITS)).toBe(accounts.for('WECOM ww1', LIMITS));
  expect(accounts.for('WECOM ww1', LIMITS)).not.toBe(accounts.for('WECOM ww2', LIMITS));
  expect(accounts.states().map(({ account }) => account)).toEqual(['WECOM ww1', 'WECOM ww2']);
});

test('wherever the clock is set meanwhile, circuit, cooldowns and quota go on by the time that passes', async () => {
  const play = async (jumps: readonly number[]): Promise<unknown[]> => {
    const world = open({ callsPerSecond: 5, maxConcurrent: 2 });
    const seen: unknown[] = [];
    for (const [index, jump] of jumps.entries()) {
      world.clock.jump(jump);
      if (index === 1) await openCircuit(world);
      if (index === 3)
        world.account.note('/call', failure('UPSTREAM_RATE_LIMITED', { retryAfterSeconds: 3 }).failure);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, () => world.call(undefined, hurried(world, 1_000))),
      );
      const { closedUntil, ...state } = world.account.state();
      const cooldownMs = closedUntil === null ? 0 : closedUntil - world.clock.now();
      seen.push(
        outcomes.map(({ status }) => status),
        state,
        cooldownMs,
        world.clock.monotonic(),
        world.left(),
      );
      world.clock.advance(1_100);
    }
    return seen;
  };
  const usual = await play(Array<number>(8).fill(0));
  expect(await play([0, -1_800_000, 0, 86_400_000, -86_400_000, 0, -1_800_000, 86_400_000])).toEqual(usual);
});
