import { pino } from 'pino';
import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import { parseRecord } from '../../src/archive/parse-record.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { InboxWorker } from '../../src/live/inbox-worker.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { createPage } from '../support/archive-page.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { MemorySource } from '../support/memory-source.ts';
import { openLive } from '../support/open-live.ts';
import { closedIntake } from '../support/push-receiver.ts';
import { TestClock } from '../support/test-clock.ts';
import { nextTurns, turnsUntil } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

/** A worker for whom each item says that one message was recalled, and that there is more in the history. */
async function setUp() {
  const { inbox } = await openLive();
  const clock = new TestClock(NOW);
  const archive = new MemoryArchive();
  const message = new MemoryChannel('shop').add(NOW - 1_000);
  const recalled: MessageRecord = { ...message, availability: 'RECALLED' };
  await archive.keep(createPage({ readAt: NOW, entries: [toEntry(message)] }));
  const processed: unknown[] = [];
  const readWith: unknown[] = [];
  const worker = new InboxWorker({
    channel: 'shop',
    receiver: {
      ...closedIntake,
      needsCalls: true,
      process: (payload) => {
        processed.push(payload);
        return Promise.resolve({ messages: [], statuses: [], hasMoreInHistory: true, changed: [recalled] });
      },
    },
    inbox,
    tail: {
      catchUpForInbox: (fence) => {
        readWith.push(fence?.token);
        return Promise.resolve();
      },
    },
    kept: [{ archive, source: new MemorySource({ channel: 'shop', messages: [], pageSize: 1 }) }],
    clock,
    log: pino({ enabled: false }),
    createBudget: () =>
      new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, clock).forChannel('shop'),
    erased: () => null,
  });
  return {
    worker,
    processed,
    readWith,
    recalled,
    accept: (key: string) => inbox.accept('shop', [{ key, payload: key }], NOW),
    isEmpty: async () => (await inbox.waiting('shop', 10)).length === 0,
    kept: async () => {
      const span = { since: 0, until: NOW };
      const entries = await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 10 });
      return entries.map(({ record }) => parseRecord(record));
    },
  };
}

test('what waits is processed while the lease lasts, and what comes then, when it is woken', async () => {
  const { worker, processed, readWith, accept, isEmpty } = await setUp();
  await accept('a');
  worker.wake();
  await nextTurns();
  expect(processed).toEqual([]);
  const ending = new AbortController();
  const working = worker.workWith(createLease(ending.signal));
  await turnsUntil(isEmpty);
  await accept('b');
  await nextTurns();
  expect(processed).toEqual(['a']);
  worker.wake();
  await turnsUntil(isEmpty);
  expect(processed).toEqual(['a', 'b']);
  expect(readWith).toEqual([1, 1]);
  ending.abort();
  await working;
  await accept('c');
  worker.wake();
  await nextTurns();
  expect(processed).toEqual(['a', 'b']);
});

test('what an item has changed is kept in the archives of the channel', async () => {
  const { worker, recalled, accept, isEmpty, kept } = await setUp();
  await accept('a');
  const ending = new AbortController();
  const working = worker.workWith(createLease(ending.signal));
  await turnsUntil(isEmpty);
  ending.abort();
  await working;
  expect(await kept()).toEqual([recalled]);
});
