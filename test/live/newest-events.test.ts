import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import { NewestEvents, type Listener } from '../../src/live/newest-events.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';
import { waitUntil } from '../support/wait-until.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

function listenerOf(channel: string): Listener & { ids: number[] } {
  const ids: number[] = [];
  return {
    ids,
    channels: new Set([channel]),
    publish: ({ id }: LiveEvent) => ids.push(id),
    fail: (error) => {
      throw error;
    },
  };
}

test('events are told to those who listen to their channel, and kept while there is a listener', async () => {
  const { events, lastId, publish: append } = await openLive();
  const publish = async (name: string): Promise<void> => {
    const message = new MemoryChannel(name).add(NOW + (await lastId()));
    await append([{ type: 'message', channel: name, message }], NOW);
  };
  const newest = new NewestEvents(events);
  await publish('shop');
  const [shop, corp] = [listenerOf('shop'), listenerOf('corp')];
  const stops = [newest.listen(shop), newest.listen(corp)];
  for (const name of ['shop', 'corp', 'shop']) await publish(name);
  const known = await lastId();
  await waitUntil(() => shop.ids.length + corp.ids.length >= known - 1);
  expect(shop.ids.concat(corp.ids).sort()).toEqual(
    Array.from({ length: known - 1 }, (_, index) => index + 2),
  );
  expect(newest.keptAfter).toBe(1);
  expect(newest.find(new Set(['corp']), 1)?.id).toBe(corp.ids[0]);
  expect(newest.find(new Set(['corp']), known)).toBeNull();
  for (const stop of stops) stop();
  expect(newest.find(new Set(['shop', 'corp']), 1)).toBeNull();
  const later = listenerOf('shop');
  newest.listen(later);
  await newest.ready;
  expect(newest.keptAfter).toBe(known);
});

test('a log that cannot be read is told to all listeners, whatever their channels, and those that come later begin anew', async () => {
  const { events } = await openLive();
  const newest = new NewestEvents(events);
  const failures: unknown[] = [];
  const bounds = events.bounds.bind(events);
  events.bounds = () => Promise.reject(new Error('The disk is gone'));
  const stops = [new Set<string>(), new Set(['shop'])].map((channels) => {
    const stop = newest.listen({
      channels,
      publish: () => undefined,
      fail: (error) => {
        failures.push(error);
        stop();
      },
    });
    return stop;
  });
  await newest.ready;
  expect(failures).toHaveLength(stops.length);
  events.bounds = bounds;
  newest.listen(listenerOf('shop'));
  await newest.ready;
  expect(newest.keptAfter).toBe(0);
});
