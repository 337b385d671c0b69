import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import { Poller } from '../../src/live/poller.ts';
import { OwnLeases } from '../../src/store/sql/own-leases.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const INTERVAL_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Setup {
  poller: Poller;
  /** How often the tail has begun, and how often it was read. */
  counts: { begun: number; read: number };
  /** What the next reading does. */
  read: { next: () => Promise<void> };
  messages: () => unknown[];
}

function setUp(): Setup {
  const counts = { begun: 0, read: 0 };
  const read = { next: (): Promise<void> => Promise.resolve() };
  const { log, lines } = createMemoryLog();
  const tail = {
    begin: () => {
      counts.begun++;
      return Promise.resolve();
    },
    catchUp: () => {
      counts.read++;
      return read.next();
    },
  };
  const poller = new Poller({ channel: 'shop', tail, leases: new OwnLeases(), log, intervalMs: INTERVAL_MS });
  return { poller, counts, read, messages: () => lines().map(({ msg }) => msg) };
}

test('a channel is read while there are subscribers, once for all of them, and not after the last has gone', async () => {
  const { poller, counts } = setUp();
  const ends = [poller.subscribe(), poller.subscribe()];
  expect(counts).toEqual({ begun: 2, read: 1 });
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(counts.read).toBe(2);
  ends[0]?.();
  // Twice is as good as once.
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(counts.read).toBe(3);
  ends[1]?.();
  await vi.advanceTimersByTimeAsync(10 * INTERVAL_MS);
  expect(counts.read).toBe(3);
});

test('the interval begins when a reading ends, and one that comes back meanwhile waits for the next', async () => {
  const { poller, counts, read } = setUp();
  const reading = Promise.withResolvers<undefined>();
  read.next = () => reading.promise;
  poller.subscribe()();
  const end = poller.subscribe();
  await vi.advanceTimersByTimeAsync(5 * INTERVAL_MS);
  expect(counts.read).toBe(1);
  reading.resolve(undefined);
  await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
  expect(counts.read).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(counts.read).toBe(2);
  end();
});

test('a reading that fails is told of, and tried again', async () => {
  const { poller, counts, read, messages } = setUp();
  read.next = () => Promise.reject(new BudgetSpentError());
  const end = poller.subscribe();
  await vi.advanceTimersByTimeAsync(1);
  read.next = () => Promise.reject(new TypeError('x'));
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(messages()).toEqual([
    'A poll for new messages failed',
    'A poll for new messages failed unexpectedly',
  ]);
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(counts.read).toBe(3);
  end();
});

test('closed, it waits for the reading under way, tells nothing of how that ends, and reads no more', async () => {
  const { poller, counts, read, messages } = setUp();
  const reading = Promise.withResolvers<undefined>();
  read.next = () => reading.promise;
  poller.subscribe();
  const closed = poller.close();
  reading.reject(new BudgetSpentError());
  await closed;
  await vi.advanceTimersByTimeAsync(5 * INTERVAL_MS);
  expect([counts.read, messages()]).toEqual([1, []]);
});
