import Keyv from 'keyv';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PageStore } from '../../../src/datasources/kit/page-store.ts';
import type { MessageSource, Order } from '../../../src/datasources/message-source.ts';
import { createDependencies, createStores, TestBudget } from '../../support/dependencies.ts';
import { createWalk, takeMessages, walkAll } from '../../support/walk-source.ts';
import { EVERYTHING, NOW, onlySource, openWorld, type TencentChatWorld } from './world.ts';

const DAY_MS = 86_400_000;
const worlds: TencentChatWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** All of the history lies more than a week back, so that pages of it are fresh for a week. */
async function open(
  messages: number,
  options: Parameters<typeof openWorld>[0] = {},
): Promise<TencentChatWorld> {
  const world = await openWorld({ messages, until: NOW - 7 * DAY_MS, ...options });
  worlds.push(world);
  return world;
}

async function countCalls(source: MessageSource, order: Order, world: TencentChatWorld): Promise<number> {
  world.clock.advance(1_000);
  return (await walkAll(source, createWalk(order, world.clock.now()), 50)).calls;
}

describe('what walks cost', () => {
  test.each<[Order, number]>([
    ['DESC', 0],
    ['DESC', 20],
    ['DESC', 199],
    ['ASC', 20],
    ['ASC', 199],
    ['ASC', 2_001],
  ])(
    '%s over %i messages takes a call for each twenty, and one more only where the last page is full',
    async (order, messages) => {
      const world = await open(messages, { firstSequence: 1_000 });
      const source = onlySource(world.createChannel(createDependencies(world.clock)));
      expect(await countCalls(source, order, world)).toBe(Math.floor(messages / 20) + 1);
      expect(world.sandbox.server.violations).toEqual([]);
    },
  );

  test.each<Order>(['DESC', 'ASC'])('again in %s order, only for what is new and one more', async (order) => {
    const world = await open(400);
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    await countCalls(source, 'DESC', world);
    expect(await countCalls(source, order, world)).toBe(1);
    for (const [arrivals, calls] of [
      [5, 2],
      [1, 2],
      [50, 4],
    ] as const) {
      for (let i = 0; i < arrivals; i++) world.sandbox.add();
      expect(await countCalls(source, order, world)).toBeLessThanOrEqual(calls);
    }
  });

  test('forward, a few looks into the page store for each page, however long the history is', async () => {
    const looks = await Promise.all(
      [400, 1_600].map(async (messages) => {
        const world = await open(messages);
        const dependencies = createDependencies(world.clock);
        const source = onlySource(world.createChannel(dependencies));
        const walk = createWalk('ASC', NOW);
        const first = await takeMessages(source, walk, source.start(walk), 1, { callLimit: 200 });
        const read = vi.spyOn(dependencies.pages, 'read');
        await takeMessages(source, walk, first.position, messages, { callLimit: 200 });
        return read.mock.calls.length / (messages / 20);
      }),
    );
    expect(Math.max(...looks)).toBeLessThan(6);
  });

  test('forward in small steps, no more than in one go', async () => {
    const world = await open(300);
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    const walk = createWalk('ASC', NOW);
    let position = source.start(walk);
    let calls = 0;
    let found = 0;
    for (let isEnd = false; !isEnd;) {
      const step = await takeMessages(source, walk, position, 40, { callLimit: 2 });
      calls += step.calls;
      found += step.messages.length;
      ({ position, isEnd } = step);
    }
    expect({ found, calls }).toEqual({ found: 300, calls: 15 });
  });

  test('a forward walk since lately does not go to the beginning', async () => {
    const world = await open(400);
    const since = (world.sandbox.posts().at(-30)?.MsgTimeStamp ?? 0) * 1000;
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    const { calls, messages } = await walkAll(source, createWalk('ASC', NOW, { oldest: since }));
    expect(messages.length).toBeGreaterThanOrEqual(30);
    expect(calls).toBeLessThanOrEqual(3);
  });
});

describe('reading on', () => {
  test('forward works when the page store loses everything', async () => {
    const world = await open(150);
    const failing = new Keyv();
    vi.spyOn(failing, 'get').mockRejectedValue(new Error('gone'));
    vi.spyOn(failing, 'set').mockRejectedValue(new Error('gone'));
    const dependencies = createDependencies(world.clock);
    const source = (): MessageSource =>
      onlySource(
        world.createChannel({
          ...createDependencies(world.clock),
          store: dependencies.store,
          pages: new PageStore(failing, world.clock, () => undefined),
        }),
      );
    const walk = createWalk('ASC', NOW);
    let position = source().start(walk);
    const keys: (string | null)[] = [];
    for (let isEnd = false; !isEnd;) {
      const step = await takeMessages(source(), walk, position, 13);
      keys.push(...step.messages.map(({ nativeId }) => nativeId));
      ({ position, isEnd } = step);
    }
    expect(keys).toEqual(world.sandbox.posts().map(({ MsgKey }) => MsgKey));
  });

  test('forward from an old edge finds more than a page of new messages, in small steps too', async () => {
    const world = await open(30);
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    const { position } = await walkAll(source, createWalk('ASC', NOW));
    for (let i = 0; i < 130; i++) {
      world.clock.advance(1_000);
      world.sandbox.add();
    }
    const now = world.clock.now();
    const walk = { ...createWalk('ASC', NOW), newest: now };
    const keys: (string | null)[] = [];
    let step = await takeMessages(source, walk, position, 50, { now, callLimit: 3 });
    for (; !step.isEnd; step = await takeMessages(source, walk, step.position, 50, { now, callLimit: 3 })) {
      keys.push(...step.messages.map(({ nativeId }) => nativeId));
    }
    keys.push(...step.messages.map(({ nativeId }) => nativeId));
    const arrived = world.sandbox.posts().slice(-130);
    expect(keys).toEqual(arrived.map(({ MsgKey }) => MsgKey));
  });

  test('back from an edge that belongs to a cursor leaves that edge out, at the ends of pages too', async () => {
    const world = await open(100);
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    for (const order of ['DESC', 'ASC'] as const) {
      for (const count of [1, 19, 20, 21, 40, 60]) {
        const there = createWalk(order, NOW);
        const { messages, position } = await takeMessages(source, there, source.start(there), count);
        const back = createWalk(order === 'DESC' ? 'ASC' : 'DESC', NOW);
        const turned = { ...position, isPassedExcluded: true, watermark: null };
        const passed = await takeMessages(source, back, turned, 100);
        // Between two batches there is no edge to leave out.
        const isEdge = position.passed !== null;
        expect(passed.messages).toEqual((isEdge ? messages.slice(0, -1) : messages).toReversed());
      }
    }
  });

  test('without a call to spend, a first read says so and a later one returns its progress', async () => {
    const world = await open(200);
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    const walk = createWalk('ASC', NOW);
    await expect(source.read(source.start(walk), walk, new TestBudget(NOW, 0))).rejects.toThrow(
      'its budget of upstream calls',
    );
    const slice = await source.read(source.start(walk), walk, new TestBudget(NOW, 4));
    expect(slice).toMatchObject({ messages: [], isEnd: false, next: { watermark: 0 } });
    expect(slice.next.page).toMatchObject({ before: { messageSequence: 121 }, moment: 0 });
  });

  test('a recall is seen by the next walk', async () => {
    const world = await open(10, { goneShare: 0 });
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    await countCalls(source, 'DESC', world);
    world.sandbox.recall(7);
    world.clock.advance(1_000);
    const { messages } = await walkAll(source, createWalk('DESC', world.clock.now()));
    expect(messages.filter(({ availability }) => availability === 'RECALLED')).toMatchObject([
      { nativeId: world.sandbox.posts()[6]?.MsgKey, text: null, parts: null },
    ]);
  });

  test('history ends where the configuration says, and starts there again when that is taken back', async () => {
    const world = await open(100);
    const start = world.sandbox.posts()[50]?.MsgTimeStamp ?? 0;
    const wanted = world.sandbox.posts().filter(({ MsgTimeStamp }) => MsgTimeStamp >= start);
    const dependencies = createDependencies(world.clock, createStores());
    const historyStart = new Date(start * 1000).toISOString();
    const limited = world.createChannel(dependencies, { historyStart });
    expect(limited.earliestReachableAt(NOW)).toBe(start * 1000);
    for (const order of ['DESC', 'ASC'] as const) {
      const { messages } = await walkAll(onlySource(limited), createWalk(order, NOW));
      expect(messages.map(({ nativeId }) => nativeId).sort()).toEqual(
        wanted.map(({ MsgKey }) => MsgKey).sort(),
      );
    }
    const unlimited = onlySource(world.createChannel(dependencies));
    expect((await walkAll(unlimited, createWalk('ASC', NOW))).messages).toHaveLength(100);
  });
});

describe('the channel', () => {
  test('has a source for each official account that a filter leaves', async () => {
    const world = await open(90, { accounts: 3 });
    const channel = world.createChannel(createDependencies(world.clock));
    const accounts = channel.officialAccounts;
    const [first = ''] = accounts;
    const idsFor = (filter: Partial<typeof EVERYTHING> | object): string[] =>
      channel.sourcesFor({ ...EVERYTHING, ...filter }).map(({ id }) => id);
    expect(idsFor({})).toEqual(accounts.map((account) => `broadcast/${account}`));
    expect(idsFor({ conversationKey: first })).toEqual([`broadcast/${first}`]);
    expect(idsFor({ participant: { role: 'OFFICIAL_ACCOUNT', nativeId: first } })).toEqual([
      `broadcast/${first}`,
    ]);
    expect(idsFor({ participant: { role: 'CUSTOMER', nativeId: first } })).toEqual([]);
    expect(idsFor({ participant: { role: 'AGENT', nativeId: 'alice' } })).toHaveLength(3);
    expect(idsFor({ directions: ['INBOUND'] })).toEqual([]);
    expect(idsFor({ kinds: ['RED_PACKET', 'QUOTE'] })).toEqual([]);
    expect(idsFor({ kinds: ['RED_PACKET', 'MIXED'] })).toHaveLength(3);
    const walks = await Promise.all(
      channel.sourcesFor(EVERYTHING).map((source) => walkAll(source, createWalk('DESC', NOW))),
    );
    const messages = walks.flatMap((walk) => walk.messages);
    expect(messages).toHaveLength(90);
    expect(new Set(messages.map(({ sequence }) => sequence)).size).toBe(90);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(90);
  });

  test('knows its conversations', async () => {
    const world = await open(0);
    const channel = world.createChannel(createDependencies(world.clock));
    const [account = ''] = channel.officialAccounts;
    expect(channel.toConversation(account)).toMatchObject({
      kind: 'BROADCAST',
      key: account,
      nativeId: account,
    });
    expect(channel.toConversation('@TOA#_NONE')).toBeNull();
  });

  test('finds a message without a call where its page is kept, and nothing for a key of another account', async () => {
    const world = await open(200);
    const channel = world.createChannel(createDependencies(world.clock));
    const { messages } = await walkAll(onlySource(channel), createWalk('DESC', NOW));
    const budget = new TestBudget(world.clock.now());
    for (const message of messages.slice(40)) {
      expect(await channel.findMessage(message.key, budget)).toEqual(message);
    }
    expect(budget.calls).toBe(0);
    const [account = ''] = channel.officialAccounts;
    for (const key of [
      'x',
      '{}',
      JSON.stringify(['@TOA#_NONE', 1, '1_1_1']),
      JSON.stringify([account, 5, '5_1_1']),
      JSON.stringify([account, 9_999, '9999_1_1']),
    ]) {
      expect(await channel.findMessage(key, budget)).toBeNull();
    }
    const [oldest] = messages.slice(-1);
    const elsewhere = world.createChannel(createDependencies(world.clock));
    await expect(elsewhere.findMessage(oldest?.key ?? '', new TestBudget(NOW, 2))).rejects.toThrow(
      'its budget of upstream calls',
    );
  });

  test('an account that the provider does not know fails, asked at most once a minute, until it is there again', async () => {
    const world = await open(60);
    const warnings: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
    const channel = world.createChannel({ ...createDependencies(world.clock), log });
    const source = onlySource(channel);
    const gone = { code: 'UPSTREAM_MISCONFIGURED', providerCode: '10010', failure: { isGone: true } };
    const budget = new TestBudget(NOW);
    const { knobs } = world.sandbox.server;
    knobs.errorCode = 10010;
    for (const order of ['DESC', 'ASC'] as const) {
      const walk = createWalk(order, NOW);
      await expect(source.read(source.start(walk), walk, budget)).rejects.toMatchObject(gone);
    }
    expect(budget.calls).toBe(1);
    expect(warnings.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { channel: 'broadcast', officialAccount: channel.officialAccounts[0], providerCode: '10010' },
    ]);
    await expect(channel.check(budget)).rejects.toMatchObject(gone);
    knobs.errorCode = null;
    world.clock.advance(60_000);
    const { messages } = await walkAll(source, createWalk('ASC', world.clock.now()));
    expect(messages).toHaveLength(60);
  });

  test('says so when a whole page has nothing that can be placed, and leaves out less than that', async () => {
    const world = await open(30);
    const source = onlySource(world.createChannel(createDependencies(world.clock)));
    const { knobs } = world.sandbox.server;
    knobs.rewritePage = (page) => ({
      ...page,
      LastMsgKey: '',
      RspMsgList: page.RspMsgList.map(() => ({ MsgSeq: 'x' })),
    });
    const walk = createWalk('DESC', NOW);
    await expect(source.read(source.start(walk), walk, new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    knobs.rewritePage = (page) => ({ ...page, RspMsgList: [null, { MsgSeq: 'x' }, ...page.RspMsgList] });
    expect((await walkAll(source, walk)).messages).toHaveLength(30);
  });
});
