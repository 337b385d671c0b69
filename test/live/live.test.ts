import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { ChatChannel, KeepUp } from '../../src/datasources/message-source.ts';
import type { PushReceiver } from '../../src/datasources/push-receiver.ts';
import { Live } from '../../src/live/live.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { Freshness } from '../../src/timeline/freshness.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { Background } from '../../src/datasources/call-budget.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createKeptSource } from '../support/kept-source.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { MemorySource } from '../support/memory-source.ts';
import { closedIntake } from '../support/push-receiver.ts';
import { TestClock } from '../support/test-clock.ts';
import { openTestStore } from '../support/test-store.ts';
import { nextTurns, turnsUntil } from '../support/turns.ts';

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
  const push: PushReceiver = {
    ...closedIntake,
    needsCalls: true,
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
        createKeptSource({
          name: 'WECOM memory shop',
          source,
          archive,
          since: NOW - DAY_MS,
          settleMs: 1_000,
        }),
      ],
      freshness: new Freshness(0, clock),
      erasedOf: () => null,
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
  return { clock, shop, processed, pulls: () => pulls, archive, backgrounds, start };
}

test('what is new in a channel’s history reaches those who follow it, and what was there before does not', async () => {
  const { shop, clock, start } = setUp();
  shop.add(NOW - DAY_MS);
  const earlier = await start();
  const first = await earlier.feed.follow(['shop'], null);
  await first.return?.();
  await earlier.close();
  clock.advance(5_000);
  const { key } = shop.add(clock.now());
  const live = await start();
  const events = await live.feed.follow(['shop'], 0);
  expect(await events.next()).toMatchObject({ done: false, value: { channel: 'shop', message: { key } } });
  expect(await live.feed.findMessage('shop', key)).toEqual(shop.messages[1]);
  expect([await live.feed.findMessage('pushed', key), await live.feed.lastId()]).toEqual([null, 1]);
  await events.return?.();
});

test('what lies in the inbox of a channel without webhooks, as of one that had some, delays its history by nothing', async () => {
  const { shop, clock, start } = setUp();
  const live = await start();
  const events = await live.feed.follow(['shop'], null);
  clock.advance(5_000);
  const { key } = shop.add(clock.now());
  await live.inbox.accept('shop', [{ key: 'delivery', payload: 'delivery' }], clock.now());
  const before = clock.monotonic();
  await events.return?.();
  const again = await live.feed.follow(['shop'], 0);
  expect(await again.next()).toMatchObject({ value: { message: { key } } });
  expect(clock.monotonic() - before).toBe(0);
  await again.return?.();
});

test('what was accepted before a crash is processed once the process serves, and not before', async () => {
  const { start, processed } = setUp();
  const live = await start();
  await live.inbox.accept('pushed', [{ key: 'a', payload: 'a' }], NOW);
  expect(await live.backlog()).toEqual([{ channel: 'pushed', count: 1, oldestAt: NOW }]);
  expect(processed).toEqual([]);
  await live.start();
  await turnsUntil(() => processed.length > 0);
  await turnsUntil(async () => (await live.backlog())[0]?.count === 0);
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
  await nextTurns(20);
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
  await turnsUntil(() => pulls() > 1);
  await live.close();
  const count = pulls();
  await nextTurns(1);
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
  await turnsUntil(async () => (await archive.count()) === 30 && (await coveredUntil()) > 0);
  const before = await coveredUntil();
  await turnsUntil(async () => (await coveredUntil()) > before);
  await live.close();
  const { pages } = archive;
  await nextTurns(1);
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
  await turnsUntil(async () => (await events.read(0, 10)).length === 0);
});
