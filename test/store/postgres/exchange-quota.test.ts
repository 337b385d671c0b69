import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exchangeQuota, type QuotaState } from '../../../src/store/postgres/exchange-quota.ts';
import type { QuotaCaller, QuotaLimits, QuotaPermits } from '../../../src/store/store.ts';

const PARTS = ['callsPerSecond', 'maxConcurrent'] as const;

function of(callsPerSecond: number, maxConcurrent = callsPerSecond): QuotaLimits {
  return { callsPerSecond, maxConcurrent };
}

function toLimits(amount: (part: (typeof PARTS)[number]) => number): QuotaLimits {
  return of(amount('callsPerSecond'), amount('maxConcurrent'));
}

/** The account, and the clock of its store. */
class World {
  state: QuotaState<Process> = { rows: new Map(), rotation: [] };
  now = 1_000_000;
  readonly limits: QuotaLimits;

  constructor(limits: QuotaLimits) {
    this.limits = limits;
  }

  held(): QuotaLimits {
    const rows = [...this.state.rows.values()];
    return toLimits((part) => rows.reduce((sum, { held }) => sum + held[part], 0));
  }
}

/** One of the processes, which uses all that it may for the calls that wait in it. */
class Process {
  readonly world: World;
  /** The callers of its calls that wait, in order. */
  queue: QuotaCaller[] = [];
  /** Whose calls it has made. */
  readonly made: QuotaCaller[] = [];
  inUse = of(0);
  share = of(0);
  permits: QuotaPermits | null = null;
  unused: QuotaCaller[] = [];
  /** How long its own calls have waited. */
  ownWaitedMs = 0;

  constructor(world: World) {
    this.world = world;
  }

  ask(): void {
    const { world, queue, unused } = this;
    const needed = toLimits((part) => Math.min(world.limits[part], this.inUse[part] + queue.length));
    const demand = {
      inUse: this.usable(),
      needed,
      wanted: toLimits((part) => Math.min(world.limits[part], needed[part] * 2)),
      waiting: [...new Set(queue)].map((caller) => ({
        caller,
        calls: queue.filter((one) => one === caller).length,
        waitedMs: caller === null ? this.ownWaitedMs : 0,
      })),
      unused,
    };
    const { state, share } = exchangeQuota(world.state, this, world.limits, demand, world.now);
    world.state = state;
    this.share = share;
    this.permits = share.permits;
    this.unused = (this.permits?.callers ?? []).filter((caller) => !this.call(caller));
    while (queue.length > 0 && PARTS.every((part) => this.inUse[part] < this.share[part]))
      this.call(queue[0] ?? null);
  }

  /** @returns whether one of the caller's calls waited */
  call(caller: QuotaCaller): boolean {
    const index = this.queue.indexOf(caller);
    if (index < 0) return false;
    this.queue.splice(index, 1);
    this.made.push(caller);
    this.inUse = toLimits((part) => this.inUse[part] + 1);
    return true;
  }

  /** What it uses, or may begin to use before it asks again. */
  usable(): QuotaLimits {
    return toLimits((part) => Math.max(this.inUse[part], this.share[part]));
  }

  /** So many calls have been answered, and a second has passed. */
  end(calls: number): void {
    this.inUse = toLimits((part) => Math.max(0, this.inUse[part] - calls));
  }
}

function many(caller: QuotaCaller, calls: number): QuotaCaller[] {
  return Array.from({ length: calls }, () => caller);
}

function start(limits: QuotaLimits, ...queues: QuotaCaller[][]): [World, Process[]] {
  const world = new World(limits);
  const all = queues.map((queue) => Object.assign(new Process(world), { queue }));
  return [world, all];
}

function askAll(world: World, all: readonly Process[]): void {
  world.now += 20;
  for (const one of all) one.ask();
}

test('one that is alone serves its calls as it likes, with all of the quota if it needs that', () => {
  const [, [one]] = start(of(10), many('a', 30));
  one?.ask();
  expect([one?.share, one?.permits]).toMatchObject([of(10), null]);
});

test('as long as there is enough for all that wait, each has a share', () => {
  const [world, all] = start(of(10), many('a', 3), many('b', 2));
  askAll(world, all);
  expect(all.map(({ share, permits }) => [share.callsPerSecond, permits])).toEqual([
    [6, null],
    [4, null],
  ]);
});

test('while there is not, each place that becomes free goes to the next caller, in whichever process that waits', () => {
  const [world, [first, second]] = start(of(4), many('a', 10), [...many('a', 2), ...many('b', 2)]);
  if (!first || !second) return expect.unreachable();
  first.ask();
  second.ask();
  // It gives back what it may use, but has not used, and is told that calls wait elsewhere.
  expect(second.permits).toMatchObject({ callers: [] });
  world.now += 20;
  first.ask();
  expect(first.share).toMatchObject(of(0));
  first.end(3);
  first.ask();
  second.ask();
  expect([first.made.slice(4), second.made]).toEqual([['a'], ['a', 'b']]);
});

test('a place whose process does not fetch it within 100 ms goes back, and its caller is served first', () => {
  const [world, [first, second, third]] = start(of(1), ['x', 'x'], ['a'], ['a', 'b']);
  if (!first || !second || !third) return expect.unreachable();
  for (let round = 0; round < 2; round++) askAll(world, [first, second, third]);
  first.queue = [];
  first.end(1);
  first.ask();
  // It is the second one's.
  expect([second, third].map((one) => world.state.rows.get(one)?.permits)).toEqual([['a'], []]);
  world.now += 100;
  third.ask();
  expect(third.made).toEqual([]);
  world.now += 21;
  third.ask();
  expect(third.made).toEqual(['a']);
});

test('a permit that finds no call goes back, and so does its place', () => {
  const [world, [first, second]] = start(of(1), many('x', 4), ['a', 'b']);
  if (!first || !second) return expect.unreachable();
  askAll(world, [first, second]);
  for (let round = 0; round < 3; round++) {
    first.end(1);
    first.ask();
  }
  expect([first.made, world.state.rows.get(second)?.permits]).toEqual([['x', 'x'], ['a']]);
  second.queue = ['b'];
  second.ask();
  expect([second.unused, second.made]).toEqual([['a'], []]);
  second.ask();
  expect([second.unused, second.made]).toEqual([[], ['b']]);
});

test('one that dies keeps what it has for ten seconds', () => {
  const [world, [dead, other]] = start(of(5), many('a', 20), many('b', 20));
  dead?.ask();
  world.now += 9_999;
  other?.ask();
  expect(other?.made).toEqual([]);
  world.now += 1;
  other?.ask();
  expect(other?.made).toEqual(many('b', 5));
});

test('what one still uses after its time was up is counted, so that no call leaves on top of it', () => {
  const [world, [stalled, other]] = start(of(2), many('x', 2), many('b', 4));
  if (!stalled || !other) return expect.unreachable();
  stalled.ask();
  world.now += 10_000;
  other.ask();
  // Its own clock has ended its share, and its two calls are still running.
  stalled.share = of(0);
  stalled.queue = ['y'];
  stalled.ask();
  expect(world.held()).toEqual(of(4));
  // Those of the other one end, and leave no place that is free.
  other.end(2);
  for (let round = 0; round < 3; round++) askAll(world, [other, stalled]);
  expect([stalled.made, other.made, world.held()]).toEqual([many('x', 2), many('b', 2), of(2)]);
  stalled.end(2);
  for (let round = 0; round < 3; round++) askAll(world, [stalled, other]);
  expect([stalled.made, other.made, world.held()]).toEqual([['x', 'x', 'y'], many('b', 3), of(2)]);
});

test("the gateway's own calls leave when no caller's wait in any process", () => {
  const [world, all] = start(of(2), [null, null, 'a'], ['a', 'b', 'a'], ['c', null]);
  const order = (): QuotaCaller[] => all.flatMap(({ made }) => made);
  for (let round = 0; round < 12; round++) {
    const before = order().length;
    askAll(world, all);
    for (const one of all) one.end(2);
    const waiting = all.some(({ queue }) => queue.some((caller) => caller !== null));
    if (waiting && round > 0) expect(order().slice(before)).not.toContain(null);
  }
  expect(order()).toHaveLength(8);
});

test('own calls that are due alternate with those of a caller, however few places are free at a time', () => {
  const [world, all] = start(of(1), [...many(null, 40), ...many('a', 40)], many('a', 40));
  const [due] = all;
  if (!due) return expect.unreachable();
  due.ownWaitedMs = 11_000;
  for (let round = 0; round < 40; round++) {
    askAll(world, all);
    for (const one of all) one.end(1);
  }
  // The first one was alone.
  const made = all.flatMap((one) => one.made).slice(1);
  const own = made.filter((caller) => caller === null).length;
  expect(made.length).toBeGreaterThan(20);
  expect(Math.abs(made.length - 2 * own)).toBeLessThanOrEqual(1);
});

test('calls that waited in a process that has died hold no own calls back after two seconds', () => {
  const [world, [one, dead]] = start(of(5), many('a', 5), ['b']);
  if (!one || !dead) return expect.unreachable();
  askAll(world, [one, dead]);
  for (let round = 0; round < 99; round++) {
    askAll(world, [one]);
    if (round !== 25) continue;
    one.end(5);
    one.queue = many(null, 3);
  }
  expect(one.made).toEqual(many('a', 5));
  askAll(world, [one]);
  expect([one.made.slice(5), one.permits]).toEqual([many(null, 3), null]);
});

const limited = fc.record({
  callsPerSecond: fc.integer({ min: 1, max: 30 }),
  maxConcurrent: fc.integer({ min: 1, max: 12 }),
});
const step = fc.record({
  process: fc.nat(3),
  afterMs: fc.constantFrom(0, 5, 20, 150, 3_000, 10_000),
  come: fc.array(fc.constantFrom('a', 'b', 'c', null), { maxLength: 12 }),
  ended: fc.nat(30),
  /** Some callers have gone away. */
  gone: fc.constantFrom(undefined, undefined, 'a', null),
});

test('all together never have more than the limits, or than what runs although its time was up, and never less than they may use', () => {
  fc.assert(
    fc.property(limited, fc.array(step, { maxLength: 80 }), (limits, steps) => {
      const [world, all] = start(limits, [], [], [], []);
      const asked = new Map<Process, number>();
      for (const { process, afterMs, come, ended, gone } of steps) {
        const one = all[process];
        if (!one) continue;
        world.now += afterMs;
        one.queue = [...one.queue.filter((caller) => caller !== gone), ...come];
        // By its own clock. Its last calls may still be running.
        if (world.now - (asked.get(one) ?? -Infinity) >= 5_000) one.share = of(0);
        one.end(ended);
        const used = one.usable();
        const others = [...world.state.rows].filter(
          ([holder, { until }]) => holder !== one && until > world.now,
        );
        one.ask();
        asked.set(one, world.now);
        const { rows } = world.state;
        for (const part of PARTS) {
          // What runs although its time was up is counted, and nothing is given on top of that.
          const before = others.reduce((sum, [, { held }]) => sum + held[part], used[part]);
          expect(world.held()[part]).toBeLessThanOrEqual(Math.max(limits[part], before));
          for (const [holder, { held }] of rows)
            expect(held[part]).toBeGreaterThanOrEqual(holder.usable()[part]);
        }
      }
    }),
  );
});

test('every call is made, and no place is left while a call waits', () => {
  const queue = fc.array(fc.constantFrom('a', 'b', 'c', null), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(limited, fc.array(queue, { minLength: 2, maxLength: 4 }), (limits, queues) => {
      const [world, all] = start(limits, ...queues);
      const isIdle = (): boolean => PARTS.every((part) => world.held()[part] < limits[part]);
      const total = queues.flat().length;
      const made = (): number => all.reduce((sum, one) => sum + one.made.length, 0);
      // In each of them, each place is used once, or handed out.
      for (let round = 0; made() < total; round++) {
        expect(round).toBeLessThan(2 * total + 4);
        world.now += 20;
        for (const one of all) {
          one.end(30);
          one.ask();
          const { rows } = world.state;
          const waiting = [...rows.values()].flatMap((row) => row.waiting.map(({ calls }) => calls));
          const permits = [...rows.values()].reduce((sum, row) => sum + row.permits.length, 0);
          if (isIdle()) expect(waiting.reduce((sum, calls) => sum + calls, 0)).toBeLessThanOrEqual(permits);
        }
      }
    }),
  );
});
