import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import { Quota, type Waiter, type Permit } from '../../../src/datasources/kit/quota.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { TestClock } from '../../support/test-clock.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

function waiter(changes: Partial<Waiter> = {}): Waiter {
  return { caller: 'one', signal: NEVER, isAdmitted: () => true, ...changes };
}

/** Makes a call as soon as it may leave, which is answered when `leave` is over. @throws Error when it may not */
async function call<T>(quota: Quota, leave: () => Promise<T>, changes: Partial<Waiter> = {}): Promise<T> {
  const turn = await quota.enter(waiter(changes));
  if (typeof turn === 'string') throw new Error(turn);
  try {
    const answer = await leave();
    turn.answered();
    return answer;
  } finally {
    turn.end();
  }
}

/** What becomes of a call, in milliseconds from one event to the next. */
interface Fate {
  /** After the beginning of all; so long its caller waits for a turn. */
  comesAfter: number;
  patience: number;
  /** On its way to the provider; null: it never gets there. */
  transit: number | null;
  /** From its arrival (or leaving, if there is none, or it is given up) until it is answered, fails, or is aborted. */
  fromThere: number;
  ending: 'ANSWERED' | 'FAILED' | 'GIVEN_UP';
  /** The body of the answer takes so long. */
  body: number;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  comesAfter: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 5_000 })),
  patience: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 3_000 })),
  transit: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 5_000 })),
  fromThere: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 3_000 })),
  ending: fc.constantFrom('ANSWERED', 'FAILED', 'GIVEN_UP', 'GIVEN_UP'),
  body: fc.integer({ min: 0, max: 2_000 }),
});

test('no sliding second has more arrivals than allowed, whatever happens between leaving and arriving', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        callsPerSecond: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 })),
        maxConcurrent: fc.integer({ min: 1, max: 30 }),
        quickBefore: fc.constantFrom(0, 300),
        fates: fc.array(fate, { minLength: 1, maxLength: 80 }),
      }),
      async ({ callsPerSecond, maxConcurrent, quickBefore, fates }) => {
        const clock = new VirtualClock();
        const quota = new Quota({ callsPerSecond, maxConcurrent }, clock);
        const arrivals: number[] = [];
        const onTheirWay: Promise<void>[] = [];
        const quickly = async (): Promise<void> => {
          for (let made = 0; made < quickBefore; made++) await call(quota, () => clock.sleep(1));
        };
        await clock.runUntil(quickly());
        let running = 0;
        let mostRunning = 0;
        const suffer = async ({
          comesAfter,
          patience,
          transit,
          fromThere,
          ending,
          body,
        }: Fate): Promise<void> => {
          const gone = new AbortController();
          await clock.sleep(comesAfter);
          if (patience !== Infinity) {
            void clock.sleep(patience).then(() => {
              gone.abort();
            });
          }
          const turn = await quota.enter(waiter({ signal: gone.signal, caller: String(comesAfter % 3) }));
          if (typeof turn === 'string') throw new Error(turn);
          mostRunning = Math.max(mostRunning, ++running);
          const arrive = async (afterMs: number): Promise<void> => {
            await clock.sleep(afterMs);
            arrivals.push(clock.now());
          };
          if (transit !== null) {
            // What was given up on its way arrives within the second after that.
            if (ending === 'GIVEN_UP') onTheirWay.push(arrive(Math.min(transit, fromThere + 1_000)));
            else await arrive(transit);
          }
          await clock.sleep(fromThere);
          if (ending === 'ANSWERED' && transit !== null) {
            turn.answered();
            await clock.sleep(body);
          }
          running--;
          turn.end();
        };
        const done = Promise.allSettled(fates.map(suffer));
        const outcomes = await clock.runUntil(done);
        await clock.runUntil(Promise.all(onTheirWay));
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(BudgetSpentError);
        }
        expect(mostRunning).toBeLessThanOrEqual(maxConcurrent);
        expect(quota.state()).toMatchObject({ underWay: 0, queued: 0 });
        arrivals.sort((a, b) => a - b);
        for (const [index, arrival] of arrivals.entries()) {
          const earlier = arrivals[index - callsPerSecond];
          if (earlier !== undefined) expect(arrival - earlier).toBeGreaterThan(1000);
        }
      },
    ),
  );
});

test.each([
  ['a second', 400, 1_002],
  ['as long as answers have lately taken', 4_000, 4_000],
])('what was still on its way when it was aborted keeps its place for %s', async (_, answerMs, heldMs) => {
  const clock = new VirtualClock();
  const quota = new Quota({ callsPerSecond: 1, maxConcurrent: 1 }, clock);
  const leave = async (): Promise<{ at: number; turn: Permit }> => {
    const turn = await quota.enter(waiter());
    if (typeof turn === 'string') throw new Error(turn);
    return { at: clock.now(), turn };
  };
  const scene = async (): Promise<number[]> => {
    const answered = await leave();
    await clock.sleep(answerMs);
    answered.turn.answered();
    answered.turn.end();
    const givenUp = await leave();
    givenUp.turn.end();
    const next = await leave();
    return [answered.at, givenUp.at, next.at];
  };
  const second = answerMs + 1_002;
  expect(await clock.runUntil(scene())).toEqual([0, second, second + heldMs + 1_002]);
});

test('a thousand quick answers do not shorten the time for which a call that is aborted keeps its place', async () => {
  const clock = new VirtualClock();
  const quota = new Quota({ callsPerSecond: 50, maxConcurrent: 50 }, clock);
  const arrivals: number[] = [];
  const arrive = (afterMs: number): Promise<void> =>
    clock.sleep(afterMs).then(() => {
      arrivals.push(clock.now());
    });
  const quick = (): Promise<unknown> => call(quota, () => arrive(2));
  const abort = async (): Promise<void> => {
    const turn = await quota.enter(waiter());
    if (typeof turn === 'string') throw new Error(turn);
    void arrive(80);
    await clock.sleep(1);
    turn.end();
  };
  const fifty = (act: () => Promise<unknown>): Promise<unknown>[] => Array.from({ length: 50 }, act);
  const scene = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) await Promise.all(fifty(quick));
    await Promise.all([...fifty(abort), ...fifty(quick)]);
  };
  await clock.runUntil(scene());
  expect(mostInAnySecond(arrivals.toSorted((a, b) => a - b))).toBe(50);
});

test('the quota is used as far as can be told to be safe, whatever the length of a call', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 500 }), async (duration) => {
      const clock = new VirtualClock();
      const quota = new Quota({ callsPerSecond: 20, maxConcurrent: 20 }, clock);
      const starts: number[] = [];
      const calls = Array.from({ length: 400 }, () =>
        call(quota, () => {
          starts.push(clock.now());
          return clock.sleep(duration);
        }),
      );
      await clock.runUntil(Promise.all(calls));
      const seconds = (starts.at(-1) ?? 0) / 1000;
      // A place is taken from leaving until a second after the answer.
      const most = 20 / (1 + duration / 1000);
      expect(starts.length / seconds / most).toBeGreaterThan(0.99);
    }),
    { numRuns: 20 },
  );
});

test('thousands who wait and go at once leave nothing behind', async () => {
  const quota = new Quota({ callsPerSecond: 10, maxConcurrent: 1 }, new VirtualClock(), 5_000);
  const first = await quota.enter(waiter());
  if (typeof first === 'string') throw new Error(first);
  const gone = new AbortController();
  const waiting = Array.from({ length: 5_000 }, (_, index) =>
    quota.enter(waiter({ signal: gone.signal, caller: String(index % 7) })),
  );
  const outcomes = Promise.allSettled(waiting);
  expect(quota.state()).toEqual({ callsLeft: 9, underWay: 1, queued: 5_000 });
  gone.abort();
  expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(quota.state()).toEqual({ callsLeft: 9, underWay: 1, queued: 0 });
  first.answered();
  first.end();
  // Whatever was rejected and nobody listened to would fail this test now.
  await new Promise((resolve) => setImmediate(resolve));
});

test('the queue is fair to callers, however many calls each of them has waiting', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 5 }),
      async (counts) => {
        const clock = new VirtualClock();
        const quota = new Quota({ callsPerSecond: 10, maxConcurrent: 1 }, clock);
        const served: number[] = [];
        const calls = counts.flatMap((count, caller) =>
          Array.from({ length: count }, () =>
            call(
              quota,
              () => {
                served.push(caller);
                return clock.sleep(5);
              },
              { caller: String(caller) },
            ),
          ),
        );
        await clock.runUntil(Promise.all(calls));
        for (const [caller, count] of counts.entries()) {
          const last = served.lastIndexOf(caller);
          const before = served.slice(0, last + 1);
          for (const [other] of counts.entries()) {
            // The very first call of all finds no queue.
            const most = count + 1;
            expect(before.filter((one) => one === other).length).toBeLessThanOrEqual(most);
          }
        }
      },
    ),
  );
});

test("the gateway's own calls leave when no caller's wait", async () => {
  const clock = new VirtualClock();
  const quota = new Quota({ callsPerSecond: 10, maxConcurrent: 1 }, clock);
  const served: (string | null)[] = [];
  const callers = [null, null, 'a', 'b', null, 'a'];
  await clock.runUntil(
    Promise.all(
      callers.map((caller) =>
        call(
          quota,
          () => {
            served.push(caller);
            return clock.sleep(5);
          },
          { caller },
        ),
      ),
    ),
  );
  // The very first call of all finds no queue.
  expect(served).toEqual([null, 'a', 'b', 'a', null, null]);
});

test("the gateway's own calls that have waited for ten seconds are served in rotation", async () => {
  const clock = new VirtualClock();
  const quota = new Quota({ callsPerSecond: 100, maxConcurrent: 1 }, clock);
  const served: (string | null)[] = [];
  const make = (caller: string | null): Promise<unknown> =>
    call(
      quota,
      () => {
        served.push(caller);
        return clock.sleep(4_000);
      },
      { caller },
    );
  await clock.runUntil(Promise.all([...Array<string>(6).fill('a'), null, null, null].map(make)));
  expect(served).toEqual(['a', 'a', 'a', null, 'a', null, 'a', null, 'a']);
});

test('a waiter that is aborted leaves the queue at once and takes nothing of the quota', async () => {
  const clock = new VirtualClock();
  const quota = new Quota({ callsPerSecond: 2, maxConcurrent: 1 }, clock);
  const first = await quota.enter(waiter());
  if (typeof first === 'string') throw new Error(first);
  const gone = Array.from({ length: 100 }, () => new AbortController());
  const failures = gone.map(({ signal }) => quota.enter(waiter({ signal })));
  const stays = quota.enter(waiter({ caller: 'two' }));
  expect(quota.state()).toEqual({ callsLeft: 1, underWay: 1, queued: 101 });
  for (const controller of gone) controller.abort();
  await Promise.all(failures.map((failure) => expect(failure).rejects.toThrow(BudgetSpentError)));
  expect(quota.state()).toEqual({ callsLeft: 1, underWay: 1, queued: 1 });
  first.end();
  await stays;
  expect(clock.now()).toBe(0);
});

test('a call that was not made after all gives its part of the second back', async () => {
  const quota = new Quota({ callsPerSecond: 1, maxConcurrent: 1 }, new VirtualClock());
  const turn = await quota.enter(waiter());
  if (typeof turn === 'string') throw new Error(turn);
  turn.cancel();
  expect(quota.state()).toEqual({ callsLeft: 1, underWay: 0, queued: 0 });
});

test('a full queue rejects the newest call of the caller that has most', async () => {
  const quota = new Quota({ callsPerSecond: 100, maxConcurrent: 1 }, new TestClock(0), 3);
  const running = await quota.enter(waiter());
  if (typeof running === 'string') throw new Error(running);
  const flood = ['a', 'a', 'a'].map((caller) => quota.enter(waiter({ caller })));
  const modest = quota.enter(waiter({ caller: 'b' }));
  expect(await flood[2]).toBe('QUEUE_FULL');
  expect(await quota.enter(waiter({ caller: 'a' }))).toBe('QUEUE_FULL');
  expect(quota.state().queued).toBe(3);
  running.end();
  for (const next of [flood[0], modest, flood[1]]) {
    const turn = await next;
    if (typeof turn !== 'object') throw new Error(turn);
    turn.end();
  }
});

test('who is no longer admitted is turned away when it is looked, or at his turn', async () => {
  const quota = new Quota({ callsPerSecond: 100, maxConcurrent: 1 }, new TestClock(0));
  const running = await quota.enter(waiter());
  if (typeof running === 'string') throw new Error(running);
  const admitted = { now: true, then: true };
  const early = quota.enter(waiter({ isAdmitted: () => admitted.now }));
  const late = quota.enter(waiter({ isAdmitted: () => admitted.then }));
  admitted.now = false;
  quota.recheck();
  expect(await early).toBe('REJECTED');
  admitted.then = false;
  running.end();
  expect(await late).toBe('REJECTED');
  expect(quota.state()).toEqual({ callsLeft: 99, underWay: 0, queued: 0 });
});
