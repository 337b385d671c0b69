import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import { NewestEvents, type Listener } from '../../src/live/newest-events.ts';
import { EventLog } from '../../src/store/event-log.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

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

test('events are told to those who listen to their channel, and kept while there is a listener', () => {
  const events = EventLog.open(openDatabase(':memory:', 'NORMAL'));
  const publish = (name: string): void => {
    const message = new MemoryChannel(name).add(NOW + events.lastId());
    events.append([{ type: 'message', channel: name, message }], NOW);
    events.announce();
  };
  const newest = new NewestEvents(events);
  publish('shop');
  const [shop, corp] = [listenerOf('shop'), listenerOf('corp')];
  const stops = [newest.listen(shop), newest.listen(corp)];
  for (const name of ['shop', 'corp', 'shop']) publish(name);
  const known = events.lastId();
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
  expect(newest.keptAfter).toBe(known);
});
