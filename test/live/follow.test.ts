import { expect, test } from 'vitest';
import { followEvents } from '../../src/live/follow.ts';
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
