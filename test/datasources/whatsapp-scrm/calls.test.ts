import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Order } from '../../../src/datasources/message-source.ts';
import { BudgetSpentError, UpstreamError } from '../../../src/errors/upstream-error.ts';
import type { WhatsAppKnobs } from '../../../src/sandbox/whatsapp-scrm/sandbox.ts';
import { createDependencies, createStores, TestBudget } from '../../support/dependencies.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { createWalk, takeMessages, walkAll } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

const DAY_MS = 86_400_000;
const orders: readonly Order[] = ['ASC', 'DESC'];

describe('calls to the provider', () => {
  const worlds: WhatsAppWorld[] = [];
  async function open(options: Parameters<typeof openWorld>[0]): Promise<WhatsAppWorld> {
    const world = await openWorld(options);
    worlds.push(world);
    return world;
  }
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.close()));
  });

  test.each(
    orders.flatMap((order) =>
      [
        [400, 20],
        [400, 500],
        [3000, 20],
        [3000, 50],
        [3000, 500],
      ].map(([messages = 0, size = 0]) => ({ order, messages, size })),
    ),
  )(
    'a walk $order over $messages messages, $size at a time, costs little more than its full pages',
    async (given) => {
      const { order, messages, size } = given;
      const world = await open({ messages });
      const walked = await walkAll(onlySource(world.createChannel()), createWalk(order, NOW), size);
      const ids = order === 'ASC' ? world.ids() : world.ids().reverse();
      expect(walked.messages.map(({ nativeId }) => nativeId)).toEqual(ids);
      expect(walked.calls).toBe(world.calls());
      expect(walked.calls).toBeLessThanOrEqual(1.5 * Math.ceil(messages / 100) + 10);
      // Fifty a second, as the provider counts them.
      expect(world.sandbox.server.violations).toEqual([]);
    },
  );

  test.each<{ knobs: Partial<WhatsAppKnobs>; most: number }>([
    { knobs: { totals: 'one' }, most: 1.6 },
    { knobs: { totals: 'page' }, most: 1.6 },
    { knobs: { totals: 'huge' }, most: 2 },
    { knobs: { beyondLast: 'last page' }, most: 2 },
    { knobs: { totals: 'right', maxPageSize: 40 }, most: 1.6 },
    { knobs: { totals: 'one', maxPageSize: 7, isSizeEchoed: true }, most: 1.8 },
  ])('no more than $most per full page where the provider turns out as $knobs', async ({ knobs, most }) => {
    const world = await open({ messages: 2000, knobs });
    const { calls, messages } = await walkAll(
      onlySource(world.createChannel()),
      createWalk('DESC', NOW),
      500,
    );
    expect(messages).toHaveLength(2000);
    expect(calls / (2000 / (knobs.maxPageSize ?? 100))).toBeLessThanOrEqual(most);
  });

  test.each(orders)('an empty year costs a dozen at most (%s)', async (order) => {
    const world = await open({ messages: 10, from: NOW - 400 * DAY_MS, until: NOW - 399 * DAY_MS });
    const { calls, messages } = await walkAll(onlySource(world.createChannel()), createWalk(order, NOW));
    expect(messages).toHaveLength(10);
    expect(calls).toBeLessThanOrEqual(12);
  });

  test.each(orders.flatMap((first) => orders.map((second) => ({ first, second }))))(
    'a walk $second after one $first, and a restart, asks for little more than the present',
    async ({ first, second }) => {
      const world = await open({ messages: 1000 });
      world.clock.advance(3 * DAY_MS);
      const stores = createStores();
      const before = onlySource(world.createChannel(createDependencies(world.clock, stores)));
      const there = await walkAll(before, createWalk(first, world.clock.now()));
      world.clock.advance(3_600_000);
      const after = onlySource(world.createChannel(createDependencies(world.clock, stores)));
      const again = await walkAll(after, createWalk(second, world.clock.now()));
      expect(again.messages).toHaveLength(1000);
      expect(there.calls).toBeGreaterThan(10);
      expect(again.calls).toBeLessThanOrEqual(4);
    },
  );

  test.each([
    { messages: 400, most: 6 },
    { messages: 3_000, most: 6 },
    { messages: 30_000, most: 8 },
  ])('the newest twenty of $messages messages cost $most at most, and seconds later one', async (given) => {
    const world = await open({ messages: given.messages });
    const source = onlySource(world.createChannel());
    const walk = createWalk('DESC', NOW);
    const newest = await takeMessages(source, walk, source.start(walk), 20);
    expect(newest.calls).toBeLessThanOrEqual(given.most);
    world.clock.advance(5_000);
    const later = createWalk('DESC', world.clock.now());
    const again = await takeMessages(source, later, source.start(later), 20);
    expect(again.messages.map(({ key }) => key)).toEqual(newest.messages.map(({ key }) => key));
    expect(again.calls).toBeLessThanOrEqual(3);
  });

  test('the first page of a process waits for the present and for what has settled at once, and pays for neither twice', async () => {
    const world = await open({ messages: 50, from: NOW - 100 * 60_000, until: NOW - 70 * 60_000 });
    const source = onlySource(world.createChannel());
    const walk = createWalk('DESC', NOW);
    const present = await source.read(source.start(walk), walk, new TestBudget(NOW), 20);
    expect(present.messages).toEqual([]);
    await waitUntil(() => world.calls() === 2);
    const settled = await source.read(present.next, walk, new TestBudget(NOW), 20);
    expect(settled.messages).toHaveLength(20);
    // What shows that the first short page is not followed by another one.
    expect(world.calls()).toBe(3);
    world.clock.advance(5_000);
    const later = createWalk('DESC', world.clock.now());
    await source.read(source.start(later), later, new TestBudget(world.clock.now()), 20);
    expect(world.calls()).toBe(4);
  });

  test('the first page of a process does not wait for what has settled when the present fills it', async () => {
    const world = await open({ messages: 50, from: NOW - 30 * 60_000 });
    const unanswered: number[] = [];
    world.sandbox.server.knobs.isUnanswered = ({ body }) => {
      const { endChatTime } = (JSON.parse(body) as { info: { endChatTime: number } }).info;
      const isSettled = endChatTime < NOW;
      if (isSettled) unanswered.push(endChatTime);
      return isSettled;
    };
    const source = onlySource(world.createChannel());
    const walk = createWalk('DESC', NOW);
    const present = await source.read(source.start(walk), walk, new TestBudget(NOW), 20);
    expect(present.messages).toHaveLength(20);
    await waitUntil(() => unanswered.length === 1);
    // The present, what shows that its short page is not followed by another one, and what has settled.
    expect(world.calls()).toBe(3);
  });

  test.each([
    { failure: new BudgetSpentError(), lines: [] },
    {
      failure: new UpstreamError('whatsapp', 'WHATSAPP_SCRM', {
        code: 'UPSTREAM_UNAVAILABLE',
        isRetryable: false,
        advice: '',
      }),
      lines: [],
    },
    {
      failure: new TypeError('a bug'),
      lines: [
        { level: 50, channel: 'whatsapp', err: { name: 'TypeError' }, msg: 'A source failed unexpectedly' },
      ],
    },
  ])('what is begun ahead is logged when it fails with a bug: $failure.name', async ({ failure, lines }) => {
    const world = await open({ messages: 50, from: NOW - 30 * 60_000 });
    const memory = createMemoryLog();
    const source = onlySource(world.createChannel({ ...createDependencies(world.clock), log: memory.log }));
    const walk = createWalk('DESC', NOW);
    const budget = new TestBudget(NOW);
    let spent = 0;
    // The first call is for the present, which fills the page.
    const spend = (): void => {
      if (++spent === 2) throw failure;
    };
    const { messages } = await source.read(source.start(walk), walk, Object.assign(budget, { spend }), 20);
    expect(messages).toHaveLength(20);
    await waitUntil(() => spent >= 2);
    await turn();
    expect(memory.lines()).toMatchObject(lines);
    expect(memory.lines()).toHaveLength(lines.length);
  });

  test('a caller who polls with an old cursor costs one call each time', async () => {
    const world = await open({ messages: 200 });
    const source = onlySource(world.createChannel());
    let { position } = await walkAll(source, createWalk('ASC', NOW));
    for (let poll = 0; poll < 20; poll++) {
      world.clock.advance(60_000);
      if (poll % 3 === 0) world.sandbox.add();
      const now = world.clock.now();
      const step = await takeMessages(source, { ...createWalk('ASC', NOW), newest: now }, position, 100, {
        now,
      });
      expect(step.messages).toHaveLength(poll % 3 === 0 ? 1 : 0);
      expect(step.isEnd).toBe(true);
      expect(step.calls).toBeLessThanOrEqual(2);
      position = step.position;
    }
    expect(world.sandbox.server.violations).toEqual([]);
  });
});
