import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import { EventWindow, type EventSink } from '../../src/live/event-window.ts';
import type { EventLog } from '../../src/store/store.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';
import { isOnServer } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';
import { nextTurns } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SHOP = new Set(['shop']);

interface World {
  events: EventLog;
  /** Publishes so many messages at once. */
  publish: (count: number) => Promise<void>;
  sink: EventSink & { told: (number | string)[] };
}

async function open(): Promise<World> {
  const { events, publish } = await openLive();
  const channel = new MemoryChannel('shop');
  const told: (number | string)[] = [];
  return {
    events,
    publish: async (count) => {
      const messages = Array.from({ length: count }, () => channel.add(NOW));
      await publish(
        messages.map((message) => ({ type: 'message', channel: 'shop', message })),
        NOW,
      );
    },
    sink: {
      told,
      publish: ({ id }: LiveEvent) => told.push(id),
      fail: (error) => told.push(String(error)),
    },
  };
}

test('what is published while the end of the log is read is told once, and what was published before is not', async () => {
  const { events, publish, sink } = await open();
  await publish(2);
  const window = new EventWindow(events, sink);
  await Promise.all([publish(3), window.ready]);
  await publish(2);
  await waitUntil(() => sink.told.at(-1) === 7);
  const [first = 0] = sink.told;
  expect(first).toBe((window.keptAfter ?? NaN) + 1);
  expect(sink.told).toEqual(Array.from({ length: 8 - Number(first) }, (_, index) => Number(first) + index));
  expect(sink.told.slice(-2)).toEqual([6, 7]);
});

test('the oldest events are dropped, and it says from which on it has them all', async () => {
  const { events, publish, sink } = await open();
  const window = new EventWindow(events, sink);
  await window.ready;
  expect(window.keptAfter).toBe(0);
  await publish(1_250);
  await waitUntil(() => sink.told.length >= 1_250);
  expect(sink.told).toHaveLength(1_250);
  expect(window.keptAfter).toBe(250);
  expect([250, 1_249, 1_250].map((id) => window.find(SHOP, id)?.id ?? null)).toEqual([251, 1_250, null]);
  expect(window.find(new Set(['corp']), 250)).toBeNull();
});

test('once stopped, it tells nothing more', async () => {
  const { events, publish, sink } = await open();
  const window = new EventWindow(events, sink);
  await window.ready;
  const publishing = publish(3);
  window.stop();
  await publishing;
  await publish(1);
  await nextTurns();
  expect(sink.told).toEqual([]);
});

test.each(['bounds', 'read'] as const)('it tells that %s failed', async (method) => {
  const { events, publish, sink } = await open();
  const refuse = (): Promise<never> => Promise.reject(new Error('The disk is gone'));
  events[method] = refuse;
  await new EventWindow(events, sink).ready;
  await publish(1);
  await waitUntil(() => sink.told.length > 0);
  // A server also tells of what this process wrote.
  expect([...(isOnServer ? new Set(sink.told) : sink.told)]).toEqual(['Error: The disk is gone']);
});
