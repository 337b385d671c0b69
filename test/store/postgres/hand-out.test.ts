import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  handOut,
  withoutServed,
  type Waiting,
  type WaitingQueue,
} from '../../../src/store/postgres/hand-out.ts';
import type { QuotaCaller } from '../../../src/store/store.ts';

const CALLERS = ['a', 'b', 'c', 'd', null];
const HOLDERS = ['first', 'second', 'third'];

function queue(waiting: readonly Waiting[], changes: Partial<WaitingQueue> = {}): WaitingQueue {
  return { waiting, permits: [], isPresent: true, ...changes };
}

function waiting(caller: QuotaCaller, calls: number, since = 0): Waiting {
  return { caller, calls, since };
}

test('places go to callers in rotation, whichever processes their calls wait in', () => {
  const queues = new Map([
    ['first', queue([waiting('a', 4), waiting('c', 1)])],
    ['second', queue([waiting('b', 2)])],
  ]);
  const { permits, rotation, left } = handOut(6, ['b', 'a', 'gone'], queues);
  expect(permits).toEqual([
    { holder: 'second', caller: 'b' },
    { holder: 'first', caller: 'a' },
    { holder: 'first', caller: 'c' },
    { holder: 'second', caller: 'b' },
    { holder: 'first', caller: 'a' },
    { holder: 'first', caller: 'a' },
  ]);
  expect(rotation).toEqual(['c', 'b', 'a']);
  expect(left).toBe(1);
});

test('a caller is served in the process where the oldest of its calls waits, and in each before one a second time', () => {
  const queues = new Map([
    ['first', queue([waiting('a', 2, 20)])],
    ['second', queue([waiting('a', 2, 10)])],
    ['third', queue([waiting('a', 2, 30)], { permits: ['a'] })],
  ]);
  const { permits, left } = handOut(4, [], queues);
  expect(permits.map(({ holder }) => holder)).toEqual(['second', 'first', 'second', 'first']);
  expect(left).toBe(1);
});

test("the gateway's own calls get what no caller waits for", () => {
  const queues = new Map([
    ['first', queue([waiting(null, 3), waiting('a', 1)])],
    ['second', queue([waiting('b', 1)])],
  ]);
  const toCallers = (places: number): QuotaCaller[] =>
    handOut(places, [], queues).permits.map(({ caller }) => caller);
  expect(toCallers(2)).toEqual(['a', 'b']);
  expect(toCallers(4)).toEqual(['a', 'b', null, null]);
  const due = (places: number): QuotaCaller[] =>
    handOut(places, [], queues, 0).permits.map(({ caller }) => caller);
  expect(due(0)).toEqual([]);
  expect(due(2)).toEqual([null, 'a']);
  expect(handOut(2, [], queues, -1).permits.map(({ caller }) => caller)).toEqual(['a', 'b']);
  // It may have stalled for a moment.
  queues.set('third', queue([waiting('c', 1)], { isPresent: false }));
  expect(toCallers(4)).toEqual(['a', 'b']);
});

test('own calls that are due take one turn in the rotation, and only those', () => {
  const queues = new Map([
    ['first', queue([waiting(null, 9, 5), waiting('a', 9)])],
    ['second', queue([waiting('b', 9), waiting(null, 9, 6)])],
  ]);
  let rotation: readonly QuotaCaller[] = ['a', 'b'];
  const served: unknown[] = [];
  for (let exchange = 0; exchange < 7; exchange++) {
    const handed = handOut(1, rotation, queues, 5);
    ({ rotation } = handed);
    served.push(...handed.permits.map(({ holder, caller }) => [holder, caller]));
  }
  const [a, b, own] = [
    ['first', 'a'],
    ['second', 'b'],
    ['first', null],
  ];
  expect(served).toEqual([a, b, own, a, b, own, a]);
  expect(rotation).toEqual(['b', null, 'a']);
  expect(handOut(3, rotation, queues, 4)).toMatchObject({ rotation: ['a', 'b'] });
});

test('a process that is not present gets nothing, and its callers stay where they are in the rotation', () => {
  const queues = new Map([
    ['first', queue([waiting('a', 2)], { isPresent: false })],
    ['second', queue([waiting('b', 1)])],
  ]);
  expect(handOut(5, ['a', 'b'], queues)).toEqual({
    permits: [{ holder: 'second', caller: 'b' }],
    rotation: ['a', 'b'],
    left: 2,
  });
});

test('what a permit has served waits no more', () => {
  const before = [waiting('a', 2, 5), waiting('b', 1, 6), waiting(null, 1, 7)];
  expect(withoutServed(before, ['a', 'b', 'c'])).toEqual([waiting('a', 1, 5), waiting(null, 1, 7)]);
});

const queues = fc
  .array(
    fc.record({
      waiting: fc.uniqueArray(
        fc.record({
          caller: fc.constantFrom(...CALLERS),
          calls: fc.integer({ min: 1, max: 6 }),
          since: fc.nat(9),
        }),
        { selector: ({ caller }) => caller },
      ),
      isPresent: fc.boolean(),
    }),
    { maxLength: HOLDERS.length },
  )
  .map((all) => new Map(all.map((one, index) => [HOLDERS[index] ?? '', queue(one.waiting, one)])));
/** What happens between one step and the next: places are free, calls come, and own calls become due. */
const steps = fc.array(fc.record({ places: fc.nat(8), queues, dueSince: fc.integer({ min: -1, max: 9 }) }), {
  maxLength: 12,
});

/** Of a caller that waits, how many calls. @param dueSince own ones only if they are due */
function countIn(
  all: ReadonlyMap<string, WaitingQueue>,
  caller: QuotaCaller,
  isOnlyPresent = true,
  dueSince = Infinity,
): number {
  return [...all.values()]
    .filter(({ isPresent }) => isPresent || !isOnlyPresent)
    .flatMap(({ waiting }) => waiting)
    .filter((one) => one.caller === caller && (caller !== null || one.since <= dueSince))
    .reduce((sum, { calls }) => sum + calls, 0);
}

test('each place that is free is given to a call that waits, at most once', () => {
  fc.assert(
    fc.property(steps, (all) => {
      for (const { places, queues, dueSince } of all) {
        const { permits, left } = handOut(places, [], queues, dueSince);
        const callers = CALLERS.filter((caller) => caller !== null);
        const isAway = callers.some((caller) => countIn(queues, caller) < countIn(queues, caller, false));
        const ownSince = isAway ? dueSince : Infinity;
        const present = CALLERS.reduce((sum, caller) => sum + countIn(queues, caller, true, ownSince), 0);
        const waited = CALLERS.reduce((sum, caller) => sum + countIn(queues, caller, false), 0);
        expect(permits).toHaveLength(Math.min(places, present));
        expect(left).toBe(waited - permits.length);
        for (const [holder, { waiting }] of queues) {
          for (const { caller, calls } of waiting) {
            const had = permits.filter((one) => one.holder === holder && one.caller === caller);
            expect(had.length).toBeLessThanOrEqual(calls);
          }
        }
      }
    }),
  );
});

test('law: a caller of whom calls wait is passed at most once by each other one, over any number of steps; likewise own calls that are due', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let rotation: readonly QuotaCaller[] = [];
      // By caller who waits: how often each other one was served since it was served or began to wait.
      const passed = new Map<QuotaCaller, Map<QuotaCaller, number>>();
      for (const { places, queues, dueSince } of all) {
        for (const caller of CALLERS) {
          if (countIn(queues, caller, false, dueSince) === 0) passed.delete(caller);
          else if (!passed.has(caller)) passed.set(caller, new Map());
        }
        const served = new Map<QuotaCaller, number>();
        const handed = handOut(places, rotation, queues, dueSince);
        const countDue = (caller: QuotaCaller): number =>
          countIn(queues, caller, true, dueSince) - (served.get(caller) ?? 0);
        rotation = handed.rotation;
        for (const { caller } of handed.permits) {
          for (const [waiter, counts] of passed) {
            if (waiter === caller || countDue(waiter) <= 0) continue;
            expect(countDue(caller)).toBeGreaterThan(0);
            counts.set(caller, (counts.get(caller) ?? 0) + 1);
            expect(counts.get(caller)).toBeLessThanOrEqual(1);
          }
          served.set(caller, (served.get(caller) ?? 0) + 1);
          passed.set(caller, new Map());
        }
      }
    }),
  );
});
