import { expect, test } from 'vitest';
import type { ErasedPeople } from '../../src/domain/erasure.ts';
import { LogFeed } from '../../src/live/event-feed.ts';
import { NewestEvents } from '../../src/live/newest-events.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

/** The feed of a log: of who was erased it hears at once for each channel but the shop, which has to look it up. */
async function setUp() {
  const { events, publish } = await openLive();
  const shop = new MemoryChannel('shop');
  const polled: string[] = [];
  let erased: ErasedPeople | null = null;
  const subscribe = (): (() => void) => {
    polled.push('begun');
    return () => polled.push('ended');
  };
  const createFeed = (): LogFeed =>
    new LogFeed({
      events,
      newest: new NewestEvents(events),
      pollers: new Map([['shop', { subscribe }]]),
      erasedOf: (channel) => (channel === 'shop' ? Promise.resolve(erased) : erased),
    });
  return {
    shop,
    polled,
    createFeed,
    feed: createFeed(),
    publish: (...news: Parameters<typeof publish>[0]) => publish(news, NOW),
    /** Whoever sends or receives a message is hidden from then on. */
    eraseAll: () => {
      erased = { has: () => true, hasMessage: (key) => key !== 'kept', isHeld: () => false };
    },
  };
}

test('an event that is in memory is not shown any more once its people are erased', async () => {
  const { feed, shop, publish, eraseAll } = await setUp();
  const events = await feed.follow(['shop', 'pulled'], 0);
  const message = shop.add(NOW);
  await publish({ type: 'message', channel: 'shop', message });
  expect(await feed.findMessage('shop', message.key)).toEqual(message);
  eraseAll();
  const status = { messageId: 'x', status: 'READ', changedAt: NOW, messageKey: null, ownFields: {} } as const;
  await publish({ type: 'message', channel: 'pulled', message });
  await publish({ type: 'status', channel: 'shop', status });
  await publish({ type: 'status', channel: 'shop', status: { ...status, messageId: 'kept' } });
  expect(await events.next()).toMatchObject({ value: { id: 4, type: 'status' } });
  expect(await feed.findMessage('shop', message.key)).toBeNull();
  await events.return?.();
});

test('a log has one name for ever, and a follower begins where it says, or now', async () => {
  const { createFeed, feed, shop, publish } = await setUp();
  expect(createFeed().logName).toBe(feed.logName);
  expect(await feed.lastId()).toBe(0);
  await publish({ type: 'message', channel: 'shop', message: shop.add(NOW) });
  const fromNow = (await feed.follow(['shop'], null)).next();
  await publish({ type: 'message', channel: 'shop', message: shop.add(NOW) });
  expect(await fromNow).toMatchObject({ value: { id: 2 } });
  expect(await feed.lastId()).toBe(2);
  await expect(feed.follow(['shop'], 3)).rejects.toMatchObject({ code: 'BAD_CURSOR' });
});

test('a channel is polled from when it is followed until that ends, and not for a cursor that is refused', async () => {
  const { feed, polled } = await setUp();
  await expect(feed.follow(['shop'], 1)).rejects.toThrow();
  expect(polled).toEqual([]);
  const events = await feed.follow(['shop', 'nowhere'], 0);
  expect(polled).toEqual(['begun']);
  await events.return?.();
  expect(polled).toEqual(['begun', 'ended']);
});
