import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { ChatChannel, KeepUp } from '../../src/datasources/message-source.ts';
import type { ErasedPeople } from '../../src/domain/erasure.ts';
import type { PushReceiver } from '../../src/datasources/push-receiver.ts';
import { Live } from '../../src/live/live.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { Freshness } from '../../src/timeline/freshness.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { Background } from '../../src/datasources/call-budget.ts';
import { variedHistory } from '../support/archived-history.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';
import { openTestStore } from '../support/test-store.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const DAY_MS = 86_400_000;

interface Setup {
  clock: TestClock;
  shop: MemoryChannel;
  /** Payloads that its provider pushed and that were processed. */
  processed: unknown[];
  pulls: () => number;
  /** Of a channel that is archived. */
  archive: MemoryArchive;
  /** Of the budgets that were asked for. */
  backgrounds: Set<Background | undefined>;
  start: () => Promise<Live>;
  /** Whoever sends or receives a message is hidden from then on. */
  eraseAll: () => void;
}

/** A channel that is polled, one that is pushed to, and one that is pulled. */
function setUp(): Setup {
  const clock = new TestClock(NOW);
  const shop = new MemoryChannel('shop');
  const archive = new MemoryArchive();
  const backgrounds = new Set<Background | undefined>();
  const source = new MemorySource({
    channel: 'kept',
    messages: variedHistory('kept', 1, 30, NOW),
    pageSize: 7,
  });
  const processed: unknown[] = [];
  let pulls = 0;
  let erased: ErasedPeople | null = null;
  const push: PushReceiver = {
    needsCalls: true,
    events: ['callback'],
    maxBodyBytes: 0,
    screen: () => ({ isProven: true }),
    refuse: (status) => ({ status, contentType: '', body: '' }),
    receive: () => ({ isAccepted: false, reason: '', reply: { status: 400, contentType: '', body: '' } }),
    process: (payload) => {
      processed.push(payload);
      return Promise.resolve({ messages: [], statuses: [], hasMoreInHistory: false });
    },
  };
  const keepUp: KeepUp = {
    pull: () => {
      pulls++;
      return Promise.resolve();
    },
    ageMs: () => null,
  };
  const channels: ChatChannel[] = [
    shop,
    Object.assign(new MemoryChannel('pushed'), { push }),
    Object.assign(new MemoryChannel('pulled'), { keepUp }),
  ];
  const log = pino({ enabled: false });
  const cursors = new CursorCodec(Buffer.alloc(32, 4));
  const { store } = openTestStore();
  const start = async (): Promise<Live> => {
    const live = new Live({
      kept: [
        {
          name: 'WECOM memory shop',
          source,
          archive,
          since: NOW - DAY_MS,
          settleMs: 1_000,
          background: { keepsFree: 0.3 },
          isPushedTo: false,
        },
      ],
      freshness: new Freshness(0, clock),
      erasedOf: (channel) => (channel === 'shop' ? Promise.resolve(erased) : erased),
      channels,
      timeline: new Timeline(channels, cursors, clock, log),
      store: await store.openLive({ maxInboxItems: 10, maxChannelInboxItems: 10 }),
      clock,
      log,
      limits: { pollSeconds: 3_600, reconcileSeconds: 3_600, keepUpSeconds: 3_600, keepDays: 7 },
      createRequestBudget: (background) => {
        backgrounds.add(background);
        return new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, clock);
      },
    });
    onTestFinished(() => live.close());
    return live;
  };
  const eraseAll = (): void => {
    erased = { has: () => true, hasMessage: (key) => key !== 'kept', isHeld: () => false };
  };
  return { clock, shop, processed, pulls: () => pulls, archive, backgrounds, start, eraseAll };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

test('what is new in a channel’s history reaches those who follow it, and what was there before does not', async () => {
  const { shop, clock, start } = setUp();
  shop.add(NOW - DAY_MS);
  const earlier = await start();
  const first = await earlier.follow(['shop'], null);
  await first.return?.();
  await earlier.close();
  clock.advance(5_000);
  const { key } = shop.add(clock.now());
  const live = await start();
  const events = await live.follow(['shop'], 0);
  expect(await events.next()).toMatchObject({ done: false, value: { channel: 'shop', message: { key } } });
  expect(await live.findMessage('shop', key)).toEqual(shop.messages[1]);
  expect([await live.findMessage('pushed', key), await live.lastId()]).toEqual([null, 1]);
  await events.return?.();
});

test('what lies in the inbox of a channel without webhooks, as of one that had some, delays its history by nothing', async () => {
  const { shop, clock, start } = setUp();
  const live = await start();
  const events = await live.follow(['shop'], null);
  clock.advance(5_000);
  const { key } = shop.add(clock.now());
  await live.inbox.accept('shop', [{ key: 'delivery', payload: 'delivery' }], clock.now());
  const before = clock.monotonic();
  await events.return?.();
  const again = await live.follow(['shop'], 0);
  expect(await again.next()).toMatchObject({ value: { message: { key } } });
  expect(clock.monotonic() - before).toBe(0);
  await again.return?.();
});

test('an event that is in memory is not shown any more once its people are erased', async () => {
  const { start, shop, eraseAll } = setUp();
  const live = await start();
  const events = await live.follow(['shop', 'pulled'], 0);
  const message = shop.add(NOW);
  await live.inbox.finish([], [{ type: 'message', channel: 'shop', message }], NOW);
  expect(await live.findMessage('shop', message.key)).toEqual(message);
  eraseAll();
  const status = { messageId: 'x', status: 'READ', changedAt: NOW, messageKey: null, ownFields: {} } as const;
  await live.inbox.finish([], [{ type: 'message', channel: 'pulled', message }], NOW);
  await live.inbox.finish([], [{ type: 'status', channel: 'shop', status }], NOW);
  const ofAnother = { ...status, messageId: 'kept' };
  await live.inbox.finish([], [{ type: 'status', channel: 'shop', status: ofAnother }], NOW);
  expect(await events.next()).toMatchObject({ value: { id: 4, type: 'status' } });
  expect(await live.findMessage('shop', message.key)).toBeNull();
  await events.return?.();
});

test('a log has one name for ever, and a follower begins where it says, or now', async () => {
  const { start, shop } = setUp();
  const live = await start();
  expect((await start()).logName).toBe(live.logName);
  await live.inbox.finish([], [{ type: 'message', channel: 'shop', message: shop.add(NOW) }], NOW);
  const fromNow = (await live.follow(['shop'], null)).next();
  await live.inbox.finish([], [{ type: 'message', channel: 'shop', message: shop.add(NOW) }], NOW);
  expect(await fromNow).toMatchObject({ value: { id: 2 } });
  await expect(live.follow(['shop'], 3)).rejects.toMatchObject({ code: 'BAD_CURSOR' });
});

test('what was accepted before a crash is processed once the process serves, and not before', async () => {
  const { start, processed } = setUp();
  const live = await start();
  await live.inbox.accept('pushed', [{ key: 'a', payload: 'a' }], NOW);
  expect(await live.backlog()).toEqual([{ channel: 'pushed', count: 1, oldestAt: NOW }]);
  expect(processed).toEqual([]);
  await live.start();
  await until(() => processed.length > 0);
  await until(async () => (await live.backlog())[0]?.count === 0);
  expect(await live.backlog()).toEqual([{ channel: 'pushed', count: 0, oldestAt: null }]);
});

test('a process that is closed while it starts processes and pulls nothing', async () => {
  const { start, processed, pulls } = setUp();
  const live = await start();
  await live.inbox.accept('pushed', [{ key: 'a', payload: 'a' }], NOW);
  const starting = live.start();
  await live.close();
  await starting;
  live.keepUp();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect([processed, pulls()]).toEqual([[], 0]);
});

test('only a channel that is pushed to has a receiver', async () => {
  const live = await setUp().start();
  expect(live.receiver('pushed')?.events).toEqual(['callback']);
  for (const name of ['shop', 'nowhere']) expect(live.receiver(name)).toBeNull();
});

test('a channel whose provider forgets is pulled once the process serves, until it is closed', async () => {
  const { start, pulls } = setUp();
  const live = await start();
  expect(pulls()).toBe(0);
  live.keepUp();
  await until(() => pulls() > 1);
  await live.close();
  const count = pulls();
  await new Promise((resolve) => setImmediate(resolve));
  expect(pulls()).toBe(count);
});

test('an archive is filled once the process serves, again as history settles, and not after it is closed', async () => {
  const { start, archive, backgrounds } = setUp();
  const live = await start();
  await live.start();
  expect(archive.pages).toBe(0);
  const leases = new Set<string | undefined>();
  archive.onKeep = (_, fence) => leases.add(fence?.name);
  live.keepUp();
  const coveredUntil = async (): Promise<number> => (await archive.coverage())[0]?.until ?? 0;
  await until(async () => (await archive.count()) === 30 && (await coveredUntil()) > 0);
  const before = await coveredUntil();
  await until(async () => (await coveredUntil()) > before);
  await live.close();
  const { pages } = archive;
  await new Promise((resolve) => setImmediate(resolve));
  expect(archive.pages).toBe(pages);
  expect(leases).toEqual(new Set(['archive:WECOM memory shop']));
  // Each page in the background; only the channel that is pulled is not.
  expect(backgrounds).toEqual(new Set([{ keepsFree: 0.3 }, undefined]));
});

test('events are forgotten after as many days as they are kept, by the process that serves', async () => {
  const { start, shop, clock } = setUp();
  const { inbox } = await start();
  await inbox.finish([], [{ type: 'message', channel: 'shop', message: shop.add(NOW) }], NOW);
  const serve = async (): Promise<Live> => {
    const live = await start();
    await live.start();
    return live;
  };
  clock.advance(7 * DAY_MS);
  const first = await serve();
  expect(await first.events.read(0, 10)).toHaveLength(1);
  await first.close();
  clock.advance(1_000);
  expect(await (await start()).events.read(0, 10)).toHaveLength(1);
  const { events } = await serve();
  await until(async () => (await events.read(0, 10)).length === 0);
});
