import { pino } from 'pino';
import { expect, test } from 'vitest';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { latestNow } from '../../src/util/present.ts';
import type { JsonValue } from '../../src/domain/records.ts';
import type { Updates } from '../../src/datasources/push-receiver.ts';
import { followEvents } from '../../src/live/follow.ts';
import { Processor } from '../../src/live/processor.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { EventLog } from '../../src/store/event-log.ts';
import { Inbox } from '../../src/store/inbox.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;

interface Setup {
  clock: TestClock;
  inbox: Inbox;
  events: EventLog;
  processed: JsonValue[];
  createProcessor: () => Processor;
  failWith: (error: unknown) => void;
}

function setUp(): Setup {
  const database = openDatabase(':memory:', 'NORMAL');
  const clock = new TestClock(NOW);
  const inbox = new Inbox(database, { maxInboxItems: 1_000, maxChannelInboxItems: 1_000 });
  const events = EventLog.open(database);
  const processed: JsonValue[] = [];
  let failure: unknown = null;
  const process = (payload: JsonValue): Promise<Updates> => {
    if (failure !== null) return Promise.reject(failure instanceof Error ? failure : new Error('failed'));
    processed.push(payload);
    const status = {
      messageId: JSON.stringify(payload),
      status: 'SENT' as const,
      changedAt: NOW,
      messageKey: null,
      ownFields: {},
    };
    return Promise.resolve({ messages: [], statuses: [status], hasMoreInHistory: false });
  };
  return {
    clock,
    inbox,
    events,
    processed,
    failWith: (error) => {
      failure = error;
    },
    createProcessor: () =>
      new Processor({
        channel: 'whatsapp',
        receiver: {
          needsCalls: true,
          events: [],
          maxBodyBytes: 0,
          screen: () => ({ isProven: true }),
          refuse: (status) => ({ status, contentType: '', body: '' }),
          receive: () => ({
            isAccepted: false,
            reason: '',
            reply: { status: 400, contentType: '', body: '' },
          }),
          process,
        },
        database,
        inbox,
        events,
        clock,
        log: pino({ enabled: false }),
        readHistory: () => Promise.resolve(),
        createBudget: () =>
          new RequestBudget({ upstreamCallsPerRequest: 10, requestTimeoutMs: 1_000 }, clock).forChannel(
            'whatsapp',
          ),
      }),
  };
}

const down = new UpstreamError('whatsapp', 'WHATSAPP_SCRM', {
  code: 'UPSTREAM_UNAVAILABLE',
  isRetryable: true,
  advice: '',
});

async function settle(processor: Processor): Promise<void> {
  processor.wake();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  await processor.close();
}

test('items are processed in the order of their coming, each once, and published', async () => {
  const { inbox, events, processed, createProcessor } = setUp();
  for (const key of ['a', 'b', 'a', 'c', 'b']) await inbox.accept('whatsapp', [{ key, payload: key }], NOW);
  await settle(createProcessor());
  expect(processed).toEqual(['a', 'b', 'c']);
  expect(events.read(0, 10)).toMatchObject(
    ['a', 'b', 'c'].map((key) => ({ type: 'status', status: { messageId: JSON.stringify(key) } })),
  );
  expect(inbox.waiting('whatsapp', 10)).toEqual([]);
});

test('an item that fails waits, with those behind it, for another time', async () => {
  const { inbox, processed, createProcessor, failWith } = setUp();
  await inbox.accept(
    'whatsapp',
    [
      { key: 'a', payload: 'a' },
      { key: 'b', payload: 'b' },
    ],
    NOW,
  );
  failWith(down);
  await settle(createProcessor());
  expect(processed).toEqual([]);
  expect(inbox.waiting('whatsapp', 10)).toHaveLength(2);
  failWith(null);
  await settle(createProcessor());
  expect(processed).toEqual(['a', 'b']);
});

test('an item that has failed for an hour does not hold up the others for ever', async () => {
  const { clock, inbox, events, createProcessor, failWith } = setUp();
  await inbox.accept('whatsapp', [{ key: 'poison', payload: 'poison' }], NOW);
  // A provider that fails is waited for, however long the item has been there.
  clock.advance(10 * HOUR_MS);
  failWith(down);
  await settle(createProcessor());
  expect(inbox.waiting('whatsapp', 10)).toHaveLength(1);
  failWith(new Error('It cannot be understood'));
  const processor = createProcessor();
  processor.wake();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(inbox.waiting('whatsapp', 10)).toHaveLength(1);
  clock.advance(HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await processor.close();
  expect(inbox.waiting('whatsapp', 10)).toEqual([]);
  expect(events.read(0, 10)).toEqual([]);
});

test('a follower has what was appended between reading and waiting, and ends when it is told to', async () => {
  const { inbox, events, createProcessor } = setUp();
  const follower = followEvents(events, new Set(['whatsapp']), 0);
  const first = follower.next();
  await inbox.accept(
    'whatsapp',
    [
      { key: 'a', payload: 'a' },
      { key: 'b', payload: 'b' },
    ],
    NOW,
  );
  await settle(createProcessor());
  expect(await first).toMatchObject({ done: false, value: { id: 1 } });
  expect(await follower.next()).toMatchObject({ done: false, value: { id: 2 } });
  const waiting = follower.next();
  await follower.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test('what was forgotten, or never was, cannot be gone back to', async () => {
  const { clock, inbox, events, createProcessor } = setUp();
  for (const key of ['a', 'b']) await inbox.accept('whatsapp', [{ key, payload: key }], NOW);
  await settle(createProcessor());
  clock.advance(HOUR_MS);
  await inbox.accept('whatsapp', [{ key: 'c', payload: 'c' }], NOW);
  await settle(createProcessor());
  events.prune(NOW + 1);
  expect([0, 1, 2, 3, 4].map((id) => events.reaches(id))).toEqual([false, false, true, true, false]);
  expect(() => followEvents(events, new Set(['whatsapp']), 1)).toThrow(/no longer keeps the events/);
});

test('an event that was published by a clock that is behind is not forgotten early', async () => {
  const { clock, inbox, events, createProcessor } = setUp();
  const processor = createProcessor();
  latestNow(clock);
  clock.jump(-24 * HOUR_MS);
  await inbox.accept('whatsapp', [{ key: 'one', payload: 1 }], clock.now());
  await settle(processor);
  events.prune(NOW);
  expect(events.read(0, 10)).toHaveLength(1);
});
