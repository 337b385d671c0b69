import { expect, test } from 'vitest';
import { Account } from '../../src/datasources/kit/account.ts';
import type { CallBudget } from '../../src/datasources/message-source.ts';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import { createOwnBudget, RequestBudget } from '../../src/timeline/request-budget.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { TestClock } from '../support/test-clock.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

function setUp({ calls = 3, timeoutMs = 1_000 } = {}): { clock: TestClock; budget: RequestBudget } {
  const clock = new TestClock(NOW);
  const limits = { upstreamCallsPerRequest: calls, requestTimeoutMs: timeoutMs };
  return { clock, budget: new RequestBudget(limits, clock, 'bi') };
}

test('all channels of a request share its calls, and each counts its own', () => {
  const { budget } = setUp();
  const [shop, corp] = [budget.forChannel('shop'), budget.forChannel('corp')];
  expect(budget.forChannel('shop')).toBe(shop);
  shop.spend();
  corp.spend();
  shop.spend();
  expect(() => {
    corp.spend();
  }).toThrow(BudgetSpentError);
  expect([shop.calls, corp.calls, shop.caller, shop.arrivedAt]).toEqual([2, 1, 'bi', NOW]);
});

test('a request is over shortly before its time is up, and makes no call then', () => {
  const { budget, clock } = setUp();
  const channel = budget.forChannel('shop');
  clock.advance(949);
  expect([budget.isOver, channel.isOver]).toEqual([false, false]);
  clock.advance(1);
  expect([budget.isOver, channel.isOver]).toEqual([true, true]);
  expect(() => {
    channel.spend();
  }).toThrow(BudgetSpentError);
  expect(channel.calls).toBe(0);
});

test('setting the wall clock neither ends a request nor prolongs it', () => {
  const { budget, clock } = setUp();
  clock.jump(3_600_000);
  expect(budget.isOver).toBe(false);
  clock.jump(-7_200_000);
  clock.advance(950);
  expect(budget.isOver).toBe(true);
});

test('an aborted request breaks off the calls of all its channels', () => {
  const { budget } = setUp();
  const { signal } = budget.forChannel('shop');
  budget.abort();
  expect([signal.aborted, budget.isOver]).toEqual([true, true]);
});

test('what is left of its time is told, and what it does elsewhere is aborted with it', () => {
  const { budget, clock } = setUp();
  clock.advance(900);
  expect([budget.msLeft, budget.signal.aborted]).toEqual([50, false]);
  clock.advance(900);
  expect(budget.msLeft).toBe(0);
  const other = setUp().budget;
  const { signal } = other;
  other.abort();
  expect([other.msLeft, signal.aborted, other.signal.aborted]).toEqual([0, true, true]);
  const late = setUp().budget;
  late.abort();
  expect(late.signal.aborted).toBe(true);
});

test('what waits for its permit has not timed out', async () => {
  const { budget, clock } = setUp();
  const channel = budget.forChannel('shop');
  channel.spend();
  const spentAt = clock.monotonic();
  const turn = Promise.withResolvers<string>();
  const queued = channel.activity.whileQueued(turn.promise);
  clock.advance(400);
  expect(channel.activity.lastAt).toBe(clock.monotonic());
  turn.resolve('mine');
  expect([await queued, channel.activity.lastAt]).toEqual(['mine', spentAt]);
});

test('an answer that comes is handed on, and a failure too', async () => {
  const { budget } = setUp({ timeoutMs: 60_000 });
  const channel = new MemoryChannel('shop');
  expect(await budget.ask(channel, (own) => Promise.resolve(own.caller))).toBe('bi');
  const failure = new Error('down');
  await expect(budget.ask(channel, () => Promise.reject(failure))).rejects.toBe(failure);
});

/** What a channel that does not answer in time fails with. */
const TIMED_OUT = {
  channel: 'shop',
  provider: 'WECOM',
  code: 'UPSTREAM_TIMEOUT',
  isRetryable: true,
  advice: 'The provider timed out',
};

test('a provider without activity times out, and its call is aborted', async () => {
  const { budget, clock } = setUp();
  const channel = new MemoryChannel('shop');
  clock.advance(600);
  const waiting = budget.read(channel, () => new Promise<never>(() => undefined));
  clock.advance(350);
  await expect(waiting).rejects.toMatchObject(TIMED_OUT);
  expect(budget.forChannel('shop').signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('a read of an active provider ends at the deadline of the request, and is not aborted', async () => {
  const { budget, clock } = setUp();
  clock.advance(900);
  const channel = new MemoryChannel('shop');
  const waiting = budget.read(channel, (own) => {
    own.spend();
    return new Promise<never>(() => undefined);
  });
  clock.advance(50);
  await expect(waiting).rejects.toThrow(BudgetSpentError);
  expect(budget.forChannel('shop').signal.aborted).toBe(false);
});

test('a channel that did not answer a question in time has an error that says so', async () => {
  const { budget, clock } = setUp();
  const answer = budget.ask(new MemoryChannel('shop'), () => new Promise<never>(() => undefined));
  clock.advance(950);
  await expect(answer).rejects.toMatchObject(TIMED_OUT);
});

test('others run in between once a request has kept them from it for long', async () => {
  const { budget, clock } = setUp();
  let turns = 0;
  setImmediate(() => turns++);
  await budget.yieldToEventLoop();
  expect(turns).toBe(0);
  clock.advance(20);
  await budget.yieldToEventLoop();
  expect(turns).toBe(1);
});

test('fields that work side by side let others run as often as one alone', async () => {
  const { budget, clock } = setUp();
  let worked = 0;
  let [most, before] = [0, 0];
  const watch = (): void => {
    most = Math.max(most, worked - before);
    before = worked;
    if (worked < 160) setImmediate(watch);
  };
  setImmediate(watch);
  const work = async (): Promise<void> => {
    for (let step = 0; step < 10; step++) {
      clock.advance(5);
      worked++;
      await budget.yieldToEventLoop();
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  // Of 5 ms each: when all of them are due, each has just one step more.
  expect(most).toBeLessThanOrEqual(4 + 16);
});

test.each([100, 10_000, 15_000])(
  'the gateway’s own calls become due while callers use all of a quota, where requests time out after %i ms',
  async (requestTimeoutMs) => {
    const clock = new VirtualClock();
    clock.timeout = (milliseconds) => {
      const timeout = new AbortController();
      void clock.sleep(milliseconds).then(() => {
        timeout.abort();
      });
      return timeout.signal;
    };
    const account = new Account('shop', { callsPerSecond: 10, maxConcurrent: 1 }, clock);
    const call = (budget: CallBudget): Promise<void> =>
      account.run({ operation: '/call', budget, refuse: () => expect.unreachable() }, () => clock.sleep(50));
    const limits = { upstreamCallsPerRequest: 9, requestTimeoutMs };
    const callers = Array.from({ length: 10 }, async (_, index) => {
      while (clock.now() < 100_000)
        await call(
          new RequestBudget({ ...limits, requestTimeoutMs: Infinity }, clock, `${index % 2}`).forChannel(
            'shop',
          ),
        );
    });
    // They depend on one another.
    const own = async (): Promise<number> => {
      await clock.sleep(1_000);
      const budget = createOwnBudget(limits, clock).forChannel('shop');
      for (let made = 0; made < 5; made++) await call(budget);
      return clock.monotonic();
    };
    const [doneAt] = await clock.runUntil(Promise.all([own(), ...callers]));
    expect(doneAt).toBeLessThan(60_000);
  },
);

test('where requests have longer than a minute, so has the gateway’s own work, and no caller', () => {
  const clock = new TestClock(NOW);
  const { deadline, caller } = createOwnBudget(
    { upstreamCallsPerRequest: 1, requestTimeoutMs: 100_000 },
    clock,
  );
  expect([deadline - clock.monotonic(), caller]).toEqual([95_000, null]);
});

test('work is done in its order, other work in between, and one that fails stops no other', async () => {
  const { budget, clock } = setUp();
  const done: unknown[] = [];
  const other = (async (): Promise<void> => {
    for (let tick = 0; tick < 3; tick++) {
      await new Promise((resolve) => setImmediate(resolve));
      done.push('other');
    }
  })();
  const works = [1, 2, 3, 4].map((number) =>
    budget.enqueueWork(() => {
      done.push(number);
      // As long as other work may have to wait.
      clock.advance(20);
      if (number === 2) throw new Error('Two fails');
      return number;
    }),
  );
  const [, two, ...rest] = await Promise.allSettled(works);
  await other;
  expect(done).toEqual([1, 'other', 2, 'other', 3, 'other', 4]);
  expect([two?.status, ...rest]).toMatchObject([
    'rejected',
    { status: 'fulfilled', value: 3 },
    { status: 'fulfilled', value: 4 },
  ]);
});
