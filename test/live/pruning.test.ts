import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pruning } from '../../src/live/pruning.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { openLive } from '../support/open-live.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A log with an event of now, of which all is kept for a week. */
async function setUp() {
  const { publish, ...store } = await openLive();
  await publish([{ type: 'message', channel: 'shop', message: new MemoryChannel('shop').add(NOW) }], NOW);
  const clock = new TestClock(NOW);
  const { log, lines } = createMemoryLog();
  const pruning = new Pruning({ store, clock, log, keepDays: 7 });
  const ending = new AbortController();
  return {
    store,
    clock,
    pruning,
    lines,
    /** Ends the lease. @returns what is awaited then */
    begin: () => {
      const working = pruning.pruneWith(createLease(ending.signal));
      return async () => {
        ending.abort();
        await working;
      };
    },
    kept: async () => (await store.events.read(0, 10)).length,
    anHourLater: async () => {
      clock.advance(HOUR_MS);
      vi.advanceTimersByTime(HOUR_MS);
      await pruning.settled;
    },
  };
}

test('what is older than so many days is forgotten at once and then every hour, while the lease lasts', async () => {
  const { clock, pruning, begin, kept, anHourLater } = await setUp();
  clock.advance(7 * DAY_MS - HOUR_MS);
  const end = begin();
  await pruning.settled;
  expect(await kept()).toBe(1);
  await anHourLater();
  expect(await kept()).toBe(1);
  await anHourLater();
  expect(await kept()).toBe(0);
  await end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a store that fails is told of, and asked again an hour later', async () => {
  const { store, clock, pruning, begin, kept, lines, anHourLater } = await setUp();
  clock.advance(8 * DAY_MS);
  vi.spyOn(store.inbox, 'prune').mockRejectedValueOnce(new Error('The disk is full'));
  const end = begin();
  await pruning.settled;
  const message = 'Old events could not be pruned; the gateway retries in an hour';
  expect(lines()).toMatchObject([{ msg: message }]);
  expect(await kept()).toBe(1);
  await anHourLater();
  expect(await kept()).toBe(0);
  await end();
  expect(lines()).toHaveLength(1);
});
