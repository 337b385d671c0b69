import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { latestNow } from '../../src/util/present.ts';
import type { JsonValue } from '../../src/domain/records.ts';
import type { LocalPushReceiver, PushReceiver, Updates } from '../../src/datasources/push-receiver.ts';
import { followEvents } from '../../src/live/follow.ts';
import { Processor } from '../../src/live/processor.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { EventLog } from '../../src/store/event-log.ts';
import { Inbox } from '../../src/store/inbox.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;

interface Setup {
  clock: TestClock;
  database: Database;
  inbox: Inbox;
  events: EventLog;
  processed: JsonValue[];
  createProcessor: () => Processor;
  failWith: (error: unknown) => void;
}

/** @param local what processes items without calls; left out: items are processed with calls */
function setUp(
  local?: (payload: JsonValue) => Updates,
  readHistory = (): Promise<void> => Promise.resolve(),
): Setup {
  const database = openDatabase(':memory:', 'NORMAL');
  const clock = new TestClock(NOW);
  const inbox = new Inbox(database, { maxInboxItems: 1_000, maxChannelInboxItems: 1_000 });
  const events = EventLog.open(database);
  const processed: JsonValue[] = [];
  let failure: unknown = null;
  const process = (payload: JsonValue): Promise<Updates> => {
    if (failure !== null) return Promise.reject(failure instanceof Error ? failure : new Error('failed'));
    processed.push(payload);
    return Promise.resolve(toUpdates(payload));
  };
  const intake: Omit<LocalPushReceiver, 'needsCalls' | 'process'> = {
    events: [],
    maxBodyBytes: 0,
    screen: () => ({ isProven: true }),
    refuse: (status) => ({ status, contentType: '', body: '' }),
    receive: () => ({ isAccepted: false, reason: '', reply: { status: 400, contentType: '', body: '' } }),
  };
  const receiver: PushReceiver = local
    ? { ...intake, needsCalls: false, process: local }
    : { ...intake, needsCalls: true, process };
  return {
    clock,
    database,
    inbox,
    events,
    processed,
    failWith: (error) => {
      failure = error;
    },
    createProcessor: () =>
      new Processor({
        channel: 'whatsapp',
        receiver,
        database,
        inbox,
        events,
        clock,
        log: pino({ enabled: false }),
        readHistory,
        createBudget: () =>
          new RequestBudget({ upstreamCallsPerRequest: 10, requestTimeoutMs: 1_000 }, clock).forChannel(
            'whatsapp',
          ),
      }),
  };
}

function toUpdates(payload: JsonValue, hasMoreInHistory = false): Updates {
  const status = {
    messageId: JSON.stringify(payload),
    status: 'SENT' as const,
    changedAt: NOW,
    messageKey: null,
    ownFields: {},
  };
  return { messages: [], statuses: [status], hasMoreInHistory };
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

/** Accepts them in one group. */
async function acceptAll(inbox: Inbox, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => inbox.accept('whatsapp', [{ key, payload: key }], NOW)));
}

function published(events: EventLog): unknown[] {
  return events
    .read(0, 1_000)
    .map((event): unknown => event.type === 'status' && JSON.parse(event.status.messageId));
}

/** Counts the transactions that are committed from now on. */
function commitsOf(database: Database): () => number {
  const exec = vi.spyOn(database, 'exec');
  return () => exec.mock.calls.filter(([sql]) => sql === 'COMMIT').length;
}

test('items that need no calls share transactions of fifty, in the order of their coming', async () => {
  const { database, inbox, events, createProcessor } = setUp((payload) => toUpdates(payload));
  const keys = Array.from({ length: 120 }, (_, index) => String(index));
  await acceptAll(inbox, keys);
  const commits = commitsOf(database);
  await settle(createProcessor());
  expect(published(events)).toEqual(keys);
  expect([inbox.backlog(), commits()]).toEqual([[], 3]);
});

test('a transaction begins no item once it has taken ten milliseconds', async () => {
  const setup = setUp((payload) => {
    setup.clock.advance(6);
    return toUpdates(payload);
  });
  const { database, inbox, events, createProcessor } = setup;
  const keys = ['a', 'b', 'c', 'd', 'e'];
  await acceptAll(inbox, keys);
  const commits = commitsOf(database);
  await settle(createProcessor());
  expect([published(events), commits()]).toEqual([keys, 3]);
});

test('an item that fails leaves nothing behind; those before it are done, and those behind it wait', async () => {
  let isBroken = true;
  const setup = setUp((payload) => {
    setup.database.prepare('INSERT INTO settings (name, value) VALUES (?, 1)').run(JSON.stringify(payload));
    if (payload === 'bad' && isBroken) throw new Error('It cannot be understood');
    return toUpdates(payload);
  });
  const { database, inbox, events, createProcessor } = setup;
  await acceptAll(inbox, ['a', 'b', 'bad', 'c']);
  await settle(createProcessor());
  expect(published(events)).toEqual(['a', 'b']);
  expect(inbox.waiting('whatsapp', 10).map(({ payload }) => payload)).toEqual(['bad', 'c']);
  expect(
    database
      .prepare('SELECT name FROM settings ORDER BY name')
      .all()
      .map(({ name }) => name),
  ).toEqual(['"a"', '"b"']);
  isBroken = false;
  await settle(createProcessor());
  expect([published(events), inbox.backlog()]).toEqual([['a', 'b', 'bad', 'c'], []]);
});

test('an item that needs the history is published once that is read, after those before it, and before those behind it', async () => {
  const steps: unknown[] = [];
  const setup = setUp(
    (payload) => toUpdates(payload, payload === 'group'),
    async () => {
      await new Promise((resolve) => setImmediate(resolve));
      expect(setup.database.isTransaction).toBe(false);
      steps.push(published(setup.events));
    },
  );
  const { inbox, events, createProcessor } = setup;
  await acceptAll(inbox, ['a', 'group', 'b']);
  await settle(createProcessor());
  expect(steps).toEqual([['a']]);
  expect([published(events), inbox.backlog()]).toEqual([['a', 'group', 'b'], []]);
});

test('when the commit fails, nothing is published, and all of the group are processed another time', async () => {
  const { database, inbox, events, createProcessor } = setUp((payload) => toUpdates(payload));
  await acceptAll(inbox, ['a', 'b']);
  database.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER orphans AFTER INSERT ON events BEGIN INSERT INTO children VALUES (1); END;
  `);
  await settle(createProcessor());
  expect([published(events), inbox.waiting('whatsapp', 10).length]).toEqual([[], 2]);
  database.exec('DROP TRIGGER orphans');
  await settle(createProcessor());
  expect([published(events), inbox.backlog()]).toEqual([['a', 'b'], []]);
});

test('a store that cannot be written is waited for, however long, and no item is dropped for it', async () => {
  let isFull = true;
  const { clock, inbox, events, createProcessor } = setUp((payload) => {
    if (isFull) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
    return toUpdates(payload);
  });
  await acceptAll(inbox, ['a']);
  const processor = createProcessor();
  processor.wake();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(2 * HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await processor.close();
  expect(inbox.waiting('whatsapp', 10)).toHaveLength(1);
  isFull = false;
  await settle(createProcessor());
  expect([published(events), inbox.backlog()]).toEqual([['a'], []]);
});
