import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import { followEvents } from '../../src/live/follow.ts';
import { NewestEvents } from '../../src/live/newest-events.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { EventLog } from '../../src/store/event-log.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

function setUp(): { events: EventLog; publish: (channel: string, count?: number) => void } {
  const events = EventLog.open(openDatabase(':memory:', 'NORMAL'));
  const channels = new Map<string, MemoryChannel>();
  return {
    events,
    publish(name, count = 1) {
      const channel = channels.get(name) ?? new MemoryChannel(name);
      channels.set(name, channel);
      const added = Array.from({ length: count }, () => channel.add(NOW));
      events.append(
        added.map((message) => ({ type: 'message', channel: name, message })),
        NOW,
      );
      events.announce();
    },
  };
}

test('a follower gets what it missed, over many batches and between those of others, and then what comes', async () => {
  const { events, publish } = setUp();
  publish('shop', 150);
  publish('corp', 250);
  publish('shop', 150);
  const follower = followEvents(events, new Set(['shop']), 10);
  const ids: number[] = [];
  for await (const { id } of follower) {
    ids.push(id);
    if (ids.length === 290) break;
  }
  expect(ids).toEqual([
    ...Array.from({ length: 140 }, (_, index) => 11 + index),
    ...Array.from({ length: 150 }, (_, index) => 401 + index),
  ]);
  const later = followEvents(events, new Set(['shop']), events.lastId());
  const next = later.next();
  publish('corp');
  publish('shop');
  expect(await next).toMatchObject({ done: false, value: { id: 552, channel: 'shop' } });
  await later.return?.();
});

test('it ends when it is told to, also while it waits, and stays at its end', async () => {
  const { events, publish } = setUp();
  const follower = followEvents(events, new Set(['shop']), 0);
  const waiting = follower.next();
  await follower.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  publish('shop');
  expect(await follower.next()).toEqual({ done: true, value: undefined });
});

test('an id that the log does not reach back to, or has not come to, is refused at once', () => {
  const { events, publish } = setUp();
  publish('shop', 3);
  events.prune(NOW + 1);
  for (const id of [0, 2, 4]) {
    expect(() => followEvents(events, new Set(['shop']), id)).toThrow(
      expect.objectContaining({ code: 'BAD_CURSOR' }) as Error,
    );
  }
  expect(() => followEvents(events, new Set(['shop']), 3)).not.toThrow();
});

test('followers who are level share what is read from the log, once', async () => {
  const { events, publish } = setUp();
  const newest = new NewestEvents(events);
  const followers = Array.from({ length: 20 }, () => followEvents(events, new Set(['shop']), 0, newest));
  let reads = 0;
  const read = events.read.bind(events);
  events.read = (afterId, limit) => {
    reads++;
    return read(afterId, limit);
  };
  for (let round = 0; round < 3; round++) {
    const next = Promise.all(followers.map((follower) => follower.next()));
    publish('corp');
    publish('shop');
    const [first, ...others] = (await next).map(({ value }) => value as LiveEvent);
    expect(others.every((event) => event === first)).toBe(true);
  }
  expect(reads).toBe(6);
});

test('one who is far behind catches up while events come, each once and in order', async () => {
  const { events, publish } = setUp();
  publish('shop', 1_500);
  const newest = new NewestEvents(events);
  const level = followEvents(events, new Set(['shop']), events.lastId(), newest);
  const late = followEvents(events, new Set(['shop']), 0, newest);
  const ids: number[] = [];
  for await (const { id } of late) {
    ids.push(id);
    if (id % 3 === 0 && events.lastId() < 2_500) publish('shop', 2);
    if (ids.length === 2_500) break;
  }
  expect(ids).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  expect(await level.next()).toMatchObject({ value: { id: 1_501 } });
});

test('memory is bounded when a follower takes nothing, and it misses nothing', async () => {
  const { events, publish } = setUp();
  const newest = new NewestEvents(events);
  const follower = followEvents(events, new Set(['shop']), 0, newest);
  for (let count = 0; count < 30; count++) publish('shop', 100);
  expect(newest.keptAfter).toBe(2_000);
  for (let id = 1; id <= 3_000; id++) expect((await follower.next()).value).toMatchObject({ id });
  const next = follower.next();
  publish('shop');
  expect((await next).value).toMatchObject({ id: 3_001 });
});

test('long events are kept in memory by their length', () => {
  const { events } = setUp();
  const newest = new NewestEvents(events);
  followEvents(events, new Set(['shop']), 0, newest);
  const channel = new MemoryChannel('shop');
  for (let count = 0; count < 20; count++) {
    const message = { ...channel.add(NOW), text: 'x'.repeat(1024 * 1024) };
    events.append([{ type: 'message', channel: 'shop', message }], NOW);
    events.announce();
  }
  expect(newest.keptAfter).toBe(17);
});

test('a log that cannot be read ends those who wait, and those who come later follow again', async () => {
  const { events, publish } = setUp();
  const newest = new NewestEvents(events);
  const next = followEvents(events, new Set(['shop']), 0, newest).next();
  const read = events.read.bind(events);
  events.read = () => {
    throw new Error('The disk is gone');
  };
  publish('shop');
  await expect(next).rejects.toThrow('The disk is gone');
  events.read = read;
  const later = followEvents(events, new Set(['shop']), 1, newest).next();
  publish('shop');
  expect(await later).toMatchObject({ value: { id: 2 } });
});

test('one who asks for nothing while the log cannot be read is told when it asks again', async () => {
  const { events, publish } = setUp();
  const follower = followEvents(events, new Set(['shop']), 0);
  events.read = () => {
    throw new Error('The disk is gone');
  };
  publish('shop');
  await expect(follower.next()).rejects.toThrow('The disk is gone');
  expect(await follower.next()).toEqual({ done: true, value: undefined });
});

test('one who falls behind, catches up and falls behind again gets each event once and in order', async () => {
  const { events, publish } = setUp();
  const newest = new NewestEvents(events);
  // So that events are kept in memory.
  const other = followEvents(events, new Set(['shop']), 0, newest);
  const follower = followEvents(events, new Set(['shop']), 0, newest);
  const ids: number[] = [];
  const take = async (count: number): Promise<void> => {
    for (; count > 0; count--) ids.push(((await follower.next()).value as LiveEvent).id);
  };
  publish('shop', 1_050);
  await take(60);
  publish('shop', 1_100);
  await take(2_090);
  expect(ids).toEqual(Array.from({ length: 2_150 }, (_, index) => index + 1));
  await other.return?.();
});
