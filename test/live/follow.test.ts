import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { followEvents } from '../../src/live/follow.ts';
import { NewestEvents } from '../../src/live/newest-events.ts';
import type { EventLog } from '../../src/store/store.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';
import { isOnServer } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';
import { nextTurns } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

interface Setup {
  events: EventLog;
  publish: (channel: string, count?: number) => Promise<void>;
  lastId: () => Promise<number>;
  add: (message: MessageRecord) => Promise<void>;
}

async function setUp(): Promise<Setup> {
  const { events, publish, lastId } = await openLive();
  const channels = new Map<string, MemoryChannel>();
  return {
    events,
    lastId,
    add: (message) => publish([{ type: 'message', channel: message.channel, message }], NOW),
    publish(name, count = 1) {
      const channel = channels.get(name) ?? new MemoryChannel(name);
      channels.set(name, channel);
      const added = Array.from({ length: count }, () => channel.add(NOW));
      return publish(
        added.map((message) => ({ type: 'message', channel: name, message })),
        NOW,
      );
    },
  };
}

test('a follower gets what it missed, over many batches and between those of others, and then what comes', async () => {
  const { events, publish, lastId } = await setUp();
  await publish('shop', 150);
  await publish('corp', 250);
  await publish('shop', 150);
  const follower = await followEvents(events, new Set(['shop']), 10);
  const ids: number[] = [];
  for await (const { id } of follower) {
    ids.push(id);
    if (ids.length === 290) break;
  }
  expect(ids).toEqual([
    ...Array.from({ length: 140 }, (_, index) => 11 + index),
    ...Array.from({ length: 150 }, (_, index) => 401 + index),
  ]);
  const later = await followEvents(events, new Set(['shop']), await lastId());
  const next = later.next();
  await publish('corp');
  await publish('shop');
  expect(await next).toMatchObject({ done: false, value: { id: 552, channel: 'shop' } });
  await later.return?.();
});

test('it ends when it is told to, also while it waits, and stays at its end', async () => {
  const { events, publish } = await setUp();
  const follower = await followEvents(events, new Set(['shop']), 0);
  const waiting = follower.next();
  await follower.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await publish('shop');
  expect(await follower.next()).toEqual({ done: true, value: undefined });
});

test('an id that the log does not reach back to, or has not come to, is refused at once', async () => {
  const { events, publish } = await setUp();
  await publish('shop', 3);
  await events.prune(NOW + 1);
  for (const id of [0, 2, 4]) {
    await expect(followEvents(events, new Set(['shop']), id)).rejects.toMatchObject({ code: 'BAD_CURSOR' });
  }
  await expect(followEvents(events, new Set(['shop']), 3)).resolves.toBeDefined();
});

test('followers who are level share what is read from the log, once', async () => {
  const { events, publish } = await setUp();
  const newest = new NewestEvents(events);
  const followers = await Promise.all(
    Array.from({ length: 20 }, () => followEvents(events, new Set(['shop']), 0, newest)),
  );
  let reads = 0;
  const read = events.read.bind(events);
  events.read = (afterId, limit) => {
    reads++;
    return read(afterId, limit);
  };
  for (let round = 0; round < 3; round++) {
    const next = Promise.all(followers.map((follower) => follower.next()));
    await publish('corp');
    await publish('shop');
    const [first, ...others] = (await next).map(({ value }) => value as LiveEvent);
    expect(others.every((event) => event === first)).toBe(true);
  }
  // Alone 120 times. A server also tells of what this process wrote.
  expect(reads).toBeGreaterThanOrEqual(6);
  expect(reads).toBeLessThanOrEqual(isOnServer ? 12 : 6);
});

test('one who is far behind catches up while events come, each once and in order', async () => {
  const { events, publish, lastId } = await setUp();
  await publish('shop', 1_500);
  const newest = new NewestEvents(events);
  const level = await followEvents(events, new Set(['shop']), await lastId(), newest);
  const late = await followEvents(events, new Set(['shop']), 0, newest);
  const ids: number[] = [];
  for await (const { id } of late) {
    ids.push(id);
    if (id % 3 === 0 && (await lastId()) < 2_500) await publish('shop', 2);
    if (ids.length === 2_500) break;
  }
  expect(ids).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  expect(await level.next()).toMatchObject({ value: { id: 1_501 } });
});

test('memory is bounded when a follower takes nothing, and it misses nothing', async () => {
  const { events, publish } = await setUp();
  const newest = new NewestEvents(events);
  const follower = await followEvents(events, new Set(['shop']), 0, newest);
  for (let count = 0; count < 30; count++) await publish('shop', 100);
  await waitUntil(() => newest.keptAfter === 2_000);
  for (let id = 1; id <= 3_000; id++) expect((await follower.next()).value).toMatchObject({ id });
  const next = follower.next();
  await publish('shop');
  expect((await next).value).toMatchObject({ id: 3_001 });
});

test('long events are kept in memory by their length', async () => {
  const { events, add } = await setUp();
  const newest = new NewestEvents(events);
  await followEvents(events, new Set(['shop']), 0, newest);
  const channel = new MemoryChannel('shop');
  for (let count = 0; count < 20; count++) {
    const message = { ...channel.add(NOW), text: 'x'.repeat(1024 * 1024) };
    await add(message);
  }
  await waitUntil(() => newest.keptAfter === 17);
});

test('a log that cannot be read ends those who wait, and those who come later follow again', async () => {
  const { events, publish } = await setUp();
  const newest = new NewestEvents(events);
  const next = (await followEvents(events, new Set(['shop']), 0, newest)).next();
  const read = events.read.bind(events);
  events.read = () => Promise.reject(new Error('The disk is gone'));
  const failure = expect(next).rejects.toThrow('The disk is gone');
  await publish('shop');
  await failure;
  events.read = read;
  const later = (await followEvents(events, new Set(['shop']), 1, newest)).next();
  await publish('shop');
  expect(await later).toMatchObject({ value: { id: 2 } });
});

test('one who asks for nothing while the log cannot be read is told when it asks again', async () => {
  const { events, publish } = await setUp();
  const follower = await followEvents(events, new Set(['shop']), 0);
  events.read = () => Promise.reject(new Error('The disk is gone'));
  await publish('shop');
  await expect(follower.next()).rejects.toThrow('The disk is gone');
  expect(await follower.next()).toEqual({ done: true, value: undefined });
});

test('what is published while the bounds of the log are read is neither missed nor told twice', async () => {
  const { events, publish } = await setUp();
  const bounds = events.bounds.bind(events);
  let left = 2;
  events.bounds = async () => {
    const read = await bounds();
    if (left-- > 0) await publish('shop');
    return read;
  };
  const follower = await followEvents(events, new Set(['shop']), null);
  const ids: unknown[] = [];
  for (let count = 0; count < 2; count++) ids.push(((await follower.next()).value as LiveEvent).id);
  const next = follower.next();
  await publish('shop');
  ids.push(((await next).value as LiveEvent).id);
  expect(ids).toEqual([1, 2, 3]);
});

test('what is published while new events are read is told after them, in order', async () => {
  const { events, publish } = await setUp();
  const follower = await followEvents(events, new Set(['shop']), null);
  const first = follower.next();
  const read = events.read.bind(events);
  let isFirst = true;
  events.read = async (afterId, limit) => {
    const batch = await read(afterId, limit);
    if (isFirst) {
      isFirst = false;
      await publish('shop', 2);
    }
    return batch;
  };
  await publish('shop');
  const ids = [((await first).value as LiveEvent).id];
  for (let count = 0; count < 2; count++) ids.push(((await follower.next()).value as LiveEvent).id);
  expect(ids).toEqual([1, 2, 3]);
});

test('one who falls behind, catches up and falls behind again gets each event once and in order', async () => {
  const { events, publish } = await setUp();
  const newest = new NewestEvents(events);
  // So that events are kept in memory.
  const other = await followEvents(events, new Set(['shop']), 0, newest);
  const follower = await followEvents(events, new Set(['shop']), 0, newest);
  const ids: number[] = [];
  const take = async (count: number): Promise<void> => {
    for (; count > 0; count--) ids.push(((await follower.next()).value as LiveEvent).id);
  };
  await publish('shop', 1_050);
  await nextTurns();
  await take(60);
  await publish('shop', 1_100);
  await nextTurns();
  await take(2_090);
  expect(ids).toEqual(Array.from({ length: 2_150 }, (_, index) => index + 1));
  await other.return?.();
});
