import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../src/datasources/errors.ts';
import { Quota, type Applicant } from '../../src/datasources/kit/quota.ts';
import { TestClock } from '../support/test-clock.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

function applicant(changes: Partial<Applicant> = {}): Applicant {
  return { caller: 'one', signal: NEVER, isAdmitted: () => true, ...changes };
}

/** Makes a call as soon as it may leave. @throws Error when it may not */
async function call<T>(quota: Quota, leave: () => Promise<T>, changes: Partial<Applicant> = {}): Promise<T> {
  const turn = await quota.enter(applicant(changes));
  if (typeof turn === 'string') throw new Error(turn);
  try {
    return await leave();
  } finally {
    turn.end();
  }
}

test('no sliding second has more arrivals than allowed, however long calls are on their way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        callsPerSecond: fc.integer({ min: 1, max: 20 }),
        maxConcurrent: fc.integer({ min: 1, max: 8 }),
        calls: fc.array(
          // Of each call: how long it is on its way there, at most 90 ms, and how long its answer takes.
          fc.record({ transit: fc.integer({ min: 0, max: 90 }), answer: fc.integer({ min: 0, max: 400 }) }),
          { minLength: 1, maxLength: 80 },
        ),
      }),
      async ({ callsPerSecond, maxConcurrent, calls }) => {
        const clock = new VirtualClock();
        const quota = new Quota({ callsPerSecond, maxConcurrent }, clock);
        const arrivals: number[] = [];
        let running = 0;
        let mostRunning = 0;
        const done = Promise.all(
          calls.map(({ transit, answer }) =>
            call(quota, async () => {
              mostRunning = Math.max(mostRunning, ++running);
              await clock.sleep(transit);
              arrivals.push(clock.now());
              await clock.sleep(answer);
              running--;
            }),
          ),
        );
        await clock.runUntil(done);
        expect(mostRunning).toBeLessThanOrEqual(maxConcurrent);
        arrivals.sort((a, b) => a - b);
        for (const [index, arrival] of arrivals.entries()) {
          const earlier = arrivals[index - callsPerSecond];
          if (earlier !== undefined) expect(arrival - earlier).toBeGreaterThan(1000);
        }
      },
    ),
  );
});

test('nine tenths of the quota are used while there is demand, whatever the length of a call', async () => {
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
      expect(starts.length / (seconds * 20)).toBeGreaterThan(0.9);
    }),
    { numRuns: 20 },
  );
});

test('callers take turns, however many calls each of them has waiting', async () => {
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

test('whoever goes leaves the queue at once and takes nothing of the quota', async () => {
  const clock = new VirtualClock();
  const quota = new Quota({ callsPerSecond: 2, maxConcurrent: 1 }, clock);
  const first = await quota.enter(applicant());
  if (typeof first === 'string') throw new Error(first);
  const gone = Array.from({ length: 100 }, () => new AbortController());
  const failures = gone.map(({ signal }) => quota.enter(applicant({ signal })));
  const stays = quota.enter(applicant({ caller: 'two' }));
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
  const turn = await quota.enter(applicant());
  if (typeof turn === 'string') throw new Error(turn);
  turn.cancel();
  expect(quota.state()).toEqual({ callsLeft: 1, underWay: 0, queued: 0 });
});

test('a full queue turns away the newest call of whoever has most', async () => {
  const quota = new Quota({ callsPerSecond: 100, maxConcurrent: 1 }, new TestClock(0), 3);
  const running = await quota.enter(applicant());
  if (typeof running === 'string') throw new Error(running);
  const flood = ['a', 'a', 'a'].map((caller) => quota.enter(applicant({ caller })));
  const modest = quota.enter(applicant({ caller: 'b' }));
  expect(await flood[2]).toBe('QUEUE_FULL');
  expect(await quota.enter(applicant({ caller: 'a' }))).toBe('QUEUE_FULL');
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
  const running = await quota.enter(applicant());
  if (typeof running === 'string') throw new Error(running);
  const admitted = { now: true, then: true };
  const early = quota.enter(applicant({ isAdmitted: () => admitted.now }));
  const late = quota.enter(applicant({ isAdmitted: () => admitted.then }));
  admitted.now = false;
  quota.recheck();
  expect(await early).toBe('BARRED');
  admitted.then = false;
  running.end();
  expect(await late).toBe('BARRED');
  expect(quota.state()).toEqual({ callsLeft: 99, underWay: 0, queued: 0 });
});
