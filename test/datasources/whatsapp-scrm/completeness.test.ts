import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Order } from '../../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../../src/domain/records.ts';
import type { WhatsAppKnobs } from '../../../src/sandbox/whatsapp-scrm/sandbox.ts';
import { createDependencies, createStores } from '../../support/dependencies.ts';
import { createWalk, takeMessages, walkAll } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';
import { runs } from '../../support/runs.ts';

const DAY_MS = 86_400_000;
const PAST = NOW - 10 * DAY_MS;
/** As an operator would read what has long passed. */
const bounds = { newest: NOW - 5 * DAY_MS };
const orders: readonly Order[] = ['ASC', 'DESC'];
const unstable: readonly WhatsAppKnobs['ties'][] = [
  'turned every other page',
  'turned every other call',
  'at random',
];

describe('messages that the provider has, by its own total', () => {
  const worlds: WhatsAppWorld[] = [];
  async function open(options: Parameters<typeof openWorld>[0]): Promise<WhatsAppWorld> {
    const world = await openWorld({ messages: 0, ...options });
    worlds.push(world);
    return world;
  }
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.close()));
  });

  function add(world: WhatsAppWorld, count: number, secondsApart: number): void {
    for (let i = 0; i < count; i++)
      world.sandbox.add({ chatTime: PAST + i * secondsApart * 1000, createTime: PAST });
  }

  function ids(messages: readonly MessageRecord[]): (string | null)[] {
    return messages.map(({ nativeId }) => nativeId);
  }

  test.each(unstable.flatMap((ties) => orders.map((order) => ({ ties, order }))))(
    'are all found when 250 of one second are $ties ($order)',
    async ({ ties, order }) => {
      const world = await open({ knobs: { pageOrder: 'time-asc', ties } });
      add(world, 250, 0);
      const walked = await walkAll(onlySource(world.createChannel()), createWalk(order, NOW, bounds));
      expect(ids(walked.messages).toSorted()).toEqual(world.ids().toSorted());
      expect(walked.isIncomplete).toBe(false);
      expect(walked.calls).toBeLessThan(100);
    },
  );

  test.each(['id-asc', 'id-desc', 'time-asc', 'time-desc'] as const)(
    'are all found when one is deleted between two pages, listed %s',
    async (pageOrder) => {
      const world = await open({ knobs: { pageOrder } });
      add(world, 250, 3);
      const { knobs } = world.sandbox.server;
      knobs.beforePage = ({ current }) => {
        if (current !== 2) return;
        knobs.beforePage = null;
        world.sandbox.records.splice(pageOrder.endsWith('asc') ? 10 : 240, 1);
      };
      const source = onlySource(world.createChannel());
      const walked = await walkAll(source, createWalk('DESC', NOW, bounds));
      expect(ids(walked.messages)).toEqual(world.ids().reverse());
      expect(walked.isIncomplete).toBe(false);
      // And what is kept is whole.
      const again = await walkAll(source, createWalk('DESC', NOW, bounds));
      expect([ids(again.messages), again.calls]).toEqual([world.ids().reverse(), 0]);
    },
  );

  test.each(orders)('are all found when two are deleted before any two calls (%s)', async (order) => {
    for (let first = 3; first <= 8; first++) {
      for (let second = first; second <= 8; second++) {
        const world = await open({ knobs: { pageOrder: 'id-asc', callsPerSecond: Infinity } });
        add(world, 202, 0);
        let call = 0;
        world.sandbox.server.knobs.beforePage = () => {
          for (const at of [first, second]) if (at === call) world.sandbox.records.shift();
          call++;
        };
        const walked = await walkAll(onlySource(world.createChannel()), createWalk(order, NOW, bounds));
        const found = ids(walked.messages);
        const lost = world.ids().filter((id) => !found.includes(id));
        expect({ first, second, lost, isIncomplete: walked.isIncomplete }).toEqual({
          first,
          second,
          lost: [],
          isIncomplete: false,
        });
        await worlds.pop()?.close();
      }
    }
  });

  test('are all found, or said to be missing, whatever changes between two pages, in calls that are few', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1_000 }),
          count: fc.integer({ min: 0, max: 300 }),
          secondsApart: fc.constantFrom(0, 1, 60),
          pageOrder: fc.constantFrom<WhatsAppKnobs['pageOrder'][]>(
            'id-asc',
            'id-desc',
            'time-asc',
            'time-desc',
            'shuffled',
          ),
          ties: fc.constantFrom<WhatsAppKnobs['ties'][]>('by id', ...unstable),
          order: fc.constantFrom(...orders),
          changes: fc.array(
            fc.record({
              atCall: fc.integer({ min: 0, max: 12 }),
              isDeletion: fc.boolean(),
              place: fc.double({ min: 0, max: 0.999, noNaN: true }),
            }),
            { maxLength: 4 },
          ),
        }),
        async ({ seed, count, secondsApart, pageOrder, ties, order, changes }) => {
          const world = await open({ seed, knobs: { pageOrder, ties, callsPerSecond: Infinity } });
          add(world, count, secondsApart);
          const before = new Set(world.ids());
          let call = 0;
          world.sandbox.server.knobs.beforePage = () => {
            for (const { isDeletion, place } of changes.filter(({ atCall }) => atCall === call)) {
              const { records } = world.sandbox;
              if (isDeletion) records.splice(Math.floor(place * records.length), 1);
              else
                world.sandbox.add({
                  chatTime: PAST + Math.floor(place * count * secondsApart) * 1000,
                  createTime: PAST,
                });
            }
            call++;
          };
          const walked = await walkAll(onlySource(world.createChannel()), createWalk(order, NOW, bounds));
          const found = ids(walked.messages);
          const lost = world.ids().filter((id) => before.has(id) && !found.includes(id));
          // A deletion and an arrival at once leave the total as it was: nothing tells of that.
          const mayHide =
            changes.some(({ isDeletion }) => isDeletion) && changes.some(({ isDeletion }) => !isDeletion);
          if (!walked.isIncomplete && !mayHide) expect(lost).toEqual([]);
          expect(new Set(found).size).toBe(found.length);
          expect(walked.calls).toBeLessThan(120);
          await worlds.pop()?.close();
        },
      ),
      { numRuns: runs(25) },
    );
  });

  test.each([
    ['one too many', (found: number) => found + 1],
    ['far too many', () => 1_000_000_000],
    ['one too few', (found: number) => Math.max(0, found - 1)],
    ['none', () => 0],
  ])(
    'are not looked for by totals that are always %s, once these have been seen to be wrong',
    async (_, totals) => {
      const world = await open({ messages: 2_000, knobs: { totals, callsPerSecond: Infinity } });
      world.clock.advance(20 * DAY_MS);
      const source = onlySource(world.createChannel());
      const first = await walkAll(source, createWalk('DESC', world.clock.now()));
      expect(ids(first.messages)).toEqual(world.ids().reverse());
      expect(first.calls).toBeLessThan(80);
      const second = await walkAll(source, createWalk('DESC', world.clock.now()));
      expect([second.messages.length, second.isIncomplete]).toEqual([2_000, false]);
      expect(second.calls).toBeLessThan(24);
    },
  );

  test('are said to be missing where one is counted and never listed, and looked for once', async () => {
    const world = await open({ knobs: { callsPerSecond: Infinity } });
    add(world, 250, 30);
    const hidden = world.sandbox.records[100];
    world.sandbox.server.knobs.rewriteRecords = (records) =>
      records.filter((record) => record['id'] !== String(hidden?.id));
    const expected = world.ids().filter((id) => id !== String(hidden?.id));
    const stores = createStores();
    const source = onlySource(world.createChannel(createDependencies(world.clock, stores)));
    const walk = createWalk('ASC', NOW, bounds);
    const first = await walkAll(source, walk, 500);
    expect([ids(first.messages), first.isIncomplete]).toEqual([expected, true]);
    expect(first.calls).toBeLessThan(40);
    const second = await walkAll(source, walk, 500);
    expect([ids(second.messages), second.isIncomplete]).toEqual([expected, true]);
    expect(second.calls).toBeLessThan(12);
    world.sandbox.server.knobs.rewriteRecords = null;
    const third = await walkAll(source, walk, 500);
    expect([ids(third.messages), third.isIncomplete]).toEqual([world.ids(), false]);
    expect((await walkAll(source, walk, 500)).calls).toBeLessThan(3);
  });

  test.each(orders)(
    'are all found %s beside one that is counted and never listed, after a range of exactly one page',
    async (order) => {
      const world = await open({ knobs: { callsPerSecond: Infinity } });
      // Two ranges, far apart, in whichever order they are read.
      add(world, 100, 30);
      const between = bounds.newest - 3 * DAY_MS;
      for (let i = 0; i < 150; i++)
        world.sandbox.add({ chatTime: between + i * 30_000, createTime: between });
      const source = onlySource(world.createChannel());
      const whole = createWalk(order, NOW, { oldest: PAST, newest: between - 1 });
      expect((await walkAll(source, whole)).messages).toHaveLength(100);
      const hidden = String(world.sandbox.records[150]?.id);
      world.sandbox.server.knobs.rewriteRecords = (records) =>
        records.filter((record) => record['id'] !== hidden);
      const walked = await walkAll(source, createWalk(order, NOW, { ...bounds, oldest: between }), 500);
      const expected = world
        .ids()
        .slice(100)
        .filter((id) => id !== hidden);
      expect([ids(walked.messages).toSorted(), walked.isIncomplete]).toEqual([expected.toSorted(), true]);
    },
  );

  test.each(orders)('are said to be missing %s where they are all of the second page', async (order) => {
    const world = await open({ knobs: { callsPerSecond: Infinity, pageOrder: 'time-asc' } });
    add(world, 101, 1);
    const hidden = String(world.sandbox.records.at(-1)?.id);
    world.sandbox.server.knobs.rewriteRecords = (records) =>
      records.filter((record) => record['id'] !== hidden);
    const walked = await walkAll(onlySource(world.createChannel()), createWalk(order, NOW, bounds), 500);
    const expected = world.ids().filter((id) => id !== hidden);
    expect([ids(walked.messages).toSorted(), walked.isIncomplete]).toEqual([expected.toSorted(), true]);
  });

  test('are looked for once by a walk of many requests, also in what is left of a range', async () => {
    const world = await open({ knobs: { callsPerSecond: Infinity } });
    add(world, 250, 1_500);
    const hidden = String(world.sandbox.records[100]?.id);
    world.sandbox.server.knobs.rewriteRecords = (records) =>
      records.filter((record) => record['id'] !== hidden);
    const source = onlySource(world.createChannel());
    for (const asOf of [NOW, NOW + 1_000, NOW]) {
      const walk = createWalk('DESC', asOf, bounds);
      const calls: number[] = [];
      let position = source.start(walk);
      for (let isEnd = false; !isEnd;) {
        const step = await takeMessages(source, walk, position, 10);
        calls.push(step.calls);
        ({ position, isEnd } = step);
      }
      // The others read the pages of what is left, and no more.
      expect(calls.filter((count) => count > 3).length).toBeLessThan(2);
    }
  });

  test.each(orders)(
    'are walked to the end %s with three calls a request and a restart after each',
    async (order) => {
      const world = await open({ knobs: { totals: (found) => found * 2, callsPerSecond: Infinity } });
      add(world, 250, 30);
      const stores = createStores();
      const walk = createWalk(order, NOW, bounds);
      const found: MessageRecord[] = [];
      let position = onlySource(world.createChannel()).start(walk);
      for (let step = 0; ; step++) {
        if (step > 400) throw new Error('The walk does not end');
        const source = onlySource(world.createChannel(createDependencies(world.clock, stores)));
        const taken = await takeMessages(source, walk, position, 40, { callLimit: 3 });
        found.push(...taken.messages);
        position = taken.position;
        if (taken.isEnd) break;
      }
      expect(ids(found)).toEqual(order === 'ASC' ? world.ids() : world.ids().reverse());
    },
  );
});
