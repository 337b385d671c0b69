import { expect, test } from 'vitest';
import { watchEvents } from '../../src/live/event-watch.ts';
import { NewestEvents } from '../../src/live/newest-events.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import type { EventLog } from '../../src/store/store.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';
import { TestClock } from '../support/test-clock.ts';
import { nextTurns } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

async function setUp() {
  const { events, publish } = await openLive();
  const channels = { shop: new MemoryChannel('shop'), corp: new MemoryChannel('corp') };
  const ending = new AbortController();
  const told: unknown[] = [];
  return {
    events,
    ending,
    told,
    add: (channel: keyof typeof channels) =>
      publish([{ type: 'message', channel, message: channels[channel].add(NOW) }], NOW),
    watch: (log: EventLog) =>
      watchEvents({
        channel: 'shop',
        events: log,
        newest: new NewestEvents(log),
        clock: new TestClock(NOW),
        signal: ending.signal,
        onEvent: () => told.push('event'),
        onFailure: (error) => told.push(error),
      }),
  };
}

test('each event of the channel from now on is told of, until it is ended', async () => {
  const { events, ending, told, add, watch } = await setUp();
  await add('shop');
  const watching = watch(events);
  await nextTurns();
  for (const channel of ['shop', 'corp', 'shop'] as const) {
    await add(channel);
    await nextTurns();
  }
  expect(told).toEqual(['event', 'event']);
  ending.abort();
  await watching;
  await add('shop');
  expect(told).toHaveLength(2);
});

test('ended before it has begun, it tells of nothing', async () => {
  const { events, ending, told, add, watch } = await setUp();
  ending.abort();
  await watch(events);
  await add('shop');
  expect(told).toEqual([]);
});

test('while the log cannot be read it is told once, and what may have been missed afterwards', async () => {
  const { events, ending, told, add, watch } = await setUp();
  const away = new UnreachableStoreError('away');
  let failures = 3;
  const failing: EventLog = {
    name: events.name,
    read: (...args) => events.read(...args),
    bounds: () => (failures-- > 0 ? Promise.reject(away) : events.bounds()),
    findMessage: (...args) => events.findMessage(...args),
    forgottenBefore: () => events.forgottenBefore(),
    prune: (before) => events.prune(before),
    rewrite: () => Promise.resolve(0),
    onAppend: (listener) => events.onAppend(listener),
  };
  const watching = watch(failing);
  await nextTurns(20);
  expect(told).toEqual([away, 'event', 'event', 'event']);
  await add('shop');
  await nextTurns();
  expect(told).toHaveLength(5);
  ending.abort();
  await watching;
});
