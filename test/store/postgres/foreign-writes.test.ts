import { expect, test } from 'vitest';
import type { Bell } from '../../../src/store/bell.ts';
import { ForeignWrites } from '../../../src/store/postgres/foreign-writes.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { StepClock } from '../../support/step-clock.ts';

interface World {
  clock: StepClock;
  writes: ForeignWrites;
  bell: Bell & { isUp: boolean; rung: () => void };
  /** How often the server was asked, and how often something was new. */
  looks: () => number;
  told: () => number;
  write: () => void;
}

function createWorld(): World {
  const clock = new StepClock();
  let [looks, told, version] = [0, 0, 0];
  const sql = {
    all: () => {
      looks++;
      return Promise.resolve([{ name: 'inbox', version }]);
    },
  };
  const listeners = new Set<() => void>();
  const writes = new ForeignWrites(sql, { clock, log: createMemoryLog().log });
  const bell = {
    isUp: true,
    ring: () => undefined,
    rung: () => {
      for (const listener of listeners) listener();
    },
    onRing: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  writes.watch('inbox', () => told++);
  return { clock, writes, bell, looks: () => looks, told: () => told, write: () => version++ };
}

test('without a bell the server is asked every 250 ms', async () => {
  const { clock, writes, looks, told, write } = createWorld();
  await clock.advance(0);
  expect([looks(), told()]).toEqual([1, 1]);
  write();
  await clock.advance(249);
  expect([looks(), told()]).toEqual([1, 1]);
  await clock.advance(1);
  expect([looks(), told()]).toEqual([2, 2]);
  writes.close();
});

test('with a bell it is asked when that rings, and every 400 ms in case a ring was lost', async () => {
  const { clock, writes, bell, looks, told, write } = createWorld();
  writes.listenTo(bell);
  await clock.advance(0);
  await clock.advance(5);
  write();
  await clock.advance(399);
  expect([looks(), told()]).toEqual([1, 1]);
  await clock.advance(1);
  expect([looks(), told()]).toEqual([2, 2]);
  await clock.advance(5);
  write();
  bell.rung();
  await clock.advance(0);
  expect([looks(), told()]).toEqual([3, 3]);
  // As often as it rings, it is asked once in 5 ms.
  for (let ring = 0; ring < 50; ring++) {
    write();
    bell.rung();
    await clock.advance(1);
  }
  await clock.advance(5);
  expect(looks()).toBeLessThanOrEqual(3 + 12);
  expect(told()).toBe(looks());
  writes.close();
  bell.rung();
  await clock.advance(2_000);
  expect(told()).toBe(looks());
});

test('what rings while the server is asked is asked for again', async () => {
  const { clock, writes, bell, told, write } = createWorld();
  writes.listenTo(bell);
  // The first answer is under way, and says nothing of this.
  write();
  bell.rung();
  await clock.advance(0);
  await clock.advance(5);
  expect(told()).toBe(2);
  writes.close();
});

test('when the bell is down, or back, the server is asked at once, and then as often as it must be', async () => {
  const { clock, writes, bell, looks } = createWorld();
  writes.listenTo(bell);
  await clock.advance(0);
  await clock.advance(5);
  bell.isUp = false;
  bell.rung();
  await clock.advance(0);
  expect(looks()).toBe(2);
  await clock.advance(5);
  await clock.advance(250);
  expect(looks()).toBe(3);
  writes.close();
});

test('what is watched later is asked for at once, and its listener told of what the others know already', async () => {
  for (const isRung of [true, false]) {
    const { clock, writes, bell, looks, told, write } = createWorld();
    if (isRung) writes.listenTo(bell);
    await clock.advance(0);
    // The late one has read before this, and the others are told of it.
    write();
    await clock.advance(400);
    await clock.advance(5);
    const [before, seen] = [looks(), told()];
    let late = 0;
    writes.watch('inbox', () => late++);
    await clock.advance(5);
    await clock.advance(0);
    expect([looks() - before, late]).toEqual([1, 1]);
    expect(told()).toBeGreaterThanOrEqual(seen);
    writes.close();
  }
});

test('after the end nothing is watched', async () => {
  const { clock, writes, looks } = createWorld();
  await clock.advance(0);
  writes.close();
  const before = looks();
  let told = 0;
  const stop = writes.watch('inbox', () => told++);
  await clock.advance(2_000);
  stop();
  expect([looks() - before, told]).toEqual([0, 0]);
});
