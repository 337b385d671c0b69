import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { latestNow } from '../../src/util/present.ts';
import type { JsonValue, MessageRecord } from '../../src/domain/records.ts';
import type { PushReceiver, Updates } from '../../src/datasources/push-receiver.ts';
import { followEvents } from '../../src/live/follow.ts';
import { Processor } from '../../src/live/processor.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { SqliteSql } from '../../src/store/sqlite/sqlite-sql.ts';
import type { EventLog, Inbox } from '../../src/store/store.ts';
import type { SqlReader } from '../../src/store/sql.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';
import { closedIntake } from '../support/push-receiver.ts';
import { TestClock } from '../support/test-clock.ts';
import { toTestStore } from '../support/test-store.ts';
import { nextTurns } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;

interface Setup {
  clock: TestClock;
  database: Database;
  inbox: Inbox;
  events: EventLog;
  processed: JsonValue[];
  /** What was kept anew. */
  changed: MessageRecord[];
  /** Seconds of messages of which more was told. */
  told: number[];
  createProcessor: () => Processor;
  failWith: (error: unknown) => void;
}

/** What processes an item without calls. */
type Local = (payload: JsonValue, tx: SqlReader) => Updates | Promise<Updates>;

/** The items of a group one after the other, up to the first that needs the history, as a provider does. */
async function processEach(
  local: Local,
  payloads: readonly JsonValue[],
  mayBegin: () => boolean,
  tx: SqlReader,
): Promise<Updates[]> {
  const updates: Updates[] = [];
  for (const payload of payloads) {
    const isInTime = mayBegin();
    if (updates.length > 0 && !isInTime) break;
    const own = await local(payload, tx);
    if (own.hasMoreInHistory) break;
    updates.push(own);
  }
  return updates;
}

/** @param local left out: items are processed with calls. @param keeps whether it keeps something of the items */
async function setUp(
  local?: Local,
  readHistory = (): Promise<void> => Promise.resolve(),
  keeps = false,
  log = pino({ enabled: false }),
): Promise<Setup> {
  const database = openDatabase(':memory:', 'NORMAL');
  const { inbox, events } = await openLive(toTestStore(database));
  const sql = new SqliteSql(database);
  const clock = new TestClock(NOW);
  const processed: JsonValue[] = [];
  const changed: MessageRecord[] = [];
  const told: number[] = [];
  let failure: unknown = null;
  const process = (payload: JsonValue): Promise<Updates> => {
    if (failure !== null) return Promise.reject(failure instanceof Error ? failure : new Error('failed'));
    processed.push(payload);
    return Promise.resolve(toUpdates(payload));
  };
  const processTogether = (
    own: Local,
    payloads: readonly JsonValue[],
    mayBegin: () => boolean,
  ): Promise<Updates[]> =>
    keeps
      ? sql.unit((tx) => processEach(own, payloads, mayBegin, tx))
      : processEach(own, payloads, mayBegin, sql);
  const receiver: PushReceiver = local
    ? {
        ...closedIntake,
        needsCalls: false,
        process: async (payload) =>
          keeps ? sql.unit(async (tx) => local(payload, tx)) : local(payload, sql),
        processTogether: (payloads, mayBegin) => processTogether(local, payloads, mayBegin),
      }
    : { ...closedIntake, needsCalls: true, process };
  return {
    clock,
    database,
    inbox,
    events,
    processed,
    changed,
    told,
    failWith: (error) => {
      failure = error;
    },
    createProcessor: () =>
      new Processor({
        channel: 'whatsapp',
        receiver,
        inbox,
        clock,
        log,
        keepChanged: (messages) => {
          changed.push(...messages);
          return Promise.resolve();
        },
        keepTold: (seconds) => {
          told.push(...seconds);
          return Promise.resolve();
        },
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
  await nextTurns(20);
  await processor.close();
}

test('items are processed in the order of their coming, each once, and published', async () => {
  const { inbox, events, processed, createProcessor } = await setUp();
  for (const key of ['a', 'b', 'a', 'c', 'b']) await inbox.accept('whatsapp', [{ key, payload: key }], NOW);
  await settle(createProcessor());
  expect(processed).toEqual(['a', 'b', 'c']);
  expect(await events.read(0, 10)).toMatchObject(
    ['a', 'b', 'c'].map((key) => ({ type: 'status', status: { messageId: JSON.stringify(key) } })),
  );
  expect(await inbox.waiting('whatsapp', 10)).toEqual([]);
});

test('what an item tells of messages that are known is kept, before the item is done', async () => {
  const recalled = { ...new MemoryChannel('whatsapp').add(NOW), availability: 'RECALLED' as const };
  const local: Local = () => ({
    messages: [],
    statuses: [],
    hasMoreInHistory: false,
    changed: [recalled],
    toldOf: [7],
  });
  const { inbox, changed, told, createProcessor } = await setUp(local);
  await inbox.accept('whatsapp', [{ key: 'a', payload: 'a' }], NOW);
  await settle(createProcessor());
  expect([changed, told]).toEqual([[recalled], [7]]);
  expect(await inbox.waiting('whatsapp', 10)).toEqual([]);
});

test('an item that fails waits, with those behind it, for another time', async () => {
  const { inbox, processed, createProcessor, failWith } = await setUp();
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
  expect(await inbox.waiting('whatsapp', 10)).toHaveLength(2);
  failWith(null);
  await settle(createProcessor());
  expect(processed).toEqual(['a', 'b']);
});

test('an item that has failed for an hour does not hold up the others for ever', async () => {
  const { clock, inbox, events, createProcessor, failWith } = await setUp();
  await inbox.accept('whatsapp', [{ key: 'poison', payload: 'poison' }], NOW);
  // A provider that fails is waited for, however long the item has been there.
  clock.advance(10 * HOUR_MS);
  failWith(down);
  await settle(createProcessor());
  expect(await inbox.waiting('whatsapp', 10)).toHaveLength(1);
  failWith(new Error('It cannot be understood'));
  const processor = createProcessor();
  processor.wake();
  await nextTurns(20);
  expect(await inbox.waiting('whatsapp', 10)).toHaveLength(1);
  clock.advance(HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await processor.close();
  expect(await inbox.waiting('whatsapp', 10)).toEqual([]);
  expect(await events.read(0, 10)).toEqual([]);
});

test('while the store is away, it is asked every second, however long that is, and told of once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { log, lines } = createMemoryLog();
  const { inbox, createProcessor } = await setUp(undefined, undefined, false, log);
  const waiting = vi.spyOn(inbox, 'waiting').mockRejectedValue(new UnreachableStoreError('It is away'));
  const processor = createProcessor();
  processor.wake();
  for (let second = 0; second < 100; second++) {
    await nextTurns(5);
    vi.advanceTimersByTime(1_000);
  }
  expect(waiting.mock.calls).toHaveLength(100);
  expect(lines().map(({ msg }) => msg)).toEqual(['An inbox item could not be processed']);
  await processor.close();
});

test('a follower has what was appended between reading and waiting, and ends when it is told to', async () => {
  const { inbox, events, createProcessor } = await setUp();
  const follower = await followEvents(events, new Set(['whatsapp']), 0);
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
  const { clock, inbox, events, createProcessor } = await setUp();
  for (const key of ['a', 'b']) await inbox.accept('whatsapp', [{ key, payload: key }], NOW);
  await settle(createProcessor());
  clock.advance(HOUR_MS);
  await inbox.accept('whatsapp', [{ key: 'c', payload: 'c' }], NOW);
  await settle(createProcessor());
  await events.prune(NOW + 1);
  const follow = (id: number): Promise<unknown> => followEvents(events, new Set(['whatsapp']), id);
  const reached = await Promise.allSettled([0, 1, 2, 3, 4].map(follow));
  expect(reached.map(({ status }) => status === 'fulfilled')).toEqual([false, false, true, true, false]);
  await expect(follow(1)).rejects.toThrow(/no longer keeps the events/);
});

test('an event that was published by a clock that is behind is not forgotten early', async () => {
  const { clock, inbox, events, createProcessor } = await setUp();
  const processor = createProcessor();
  latestNow(clock);
  clock.jump(-24 * HOUR_MS);
  await inbox.accept('whatsapp', [{ key: 'one', payload: 1 }], clock.now());
  await settle(processor);
  await events.prune(NOW);
  expect(await events.read(0, 10)).toHaveLength(1);
});

/** Accepts them in one group. */
async function acceptAll(inbox: Inbox, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => inbox.accept('whatsapp', [{ key, payload: key }], NOW)));
}

async function published(events: EventLog): Promise<unknown[]> {
  const all = await events.read(0, 1_000);
  return all.map((event): unknown => event.type === 'status' && JSON.parse(event.status.messageId));
}

/** Counts the transactions that are committed from now on. */
function commitsOf(database: Database): () => number {
  const exec = vi.spyOn(database, 'exec');
  return () => exec.mock.calls.filter(([sql]) => sql === 'COMMIT').length;
}

test('items that need no calls share transactions of fifty, in the order of their coming', async () => {
  const { database, inbox, events, createProcessor } = await setUp((payload) => toUpdates(payload));
  const keys = Array.from({ length: 120 }, (_, index) => String(index));
  await acceptAll(inbox, keys);
  const commits = commitsOf(database);
  await settle(createProcessor());
  expect(await published(events)).toEqual(keys);
  expect([await inbox.backlog(), commits()]).toEqual([[], 3]);
});

test('a transaction begins no item once it has taken ten milliseconds', async () => {
  const setup = await setUp((payload) => {
    setup.clock.advance(6);
    return toUpdates(payload);
  });
  const { database, inbox, events, createProcessor } = setup;
  const keys = ['a', 'b', 'c', 'd', 'e'];
  await acceptAll(inbox, keys);
  const commits = commitsOf(database);
  await settle(createProcessor());
  expect([await published(events), commits()]).toEqual([keys, 3]);
});

test('an item that fails leaves nothing behind; those before it are done, and those behind it wait', async () => {
  let isBroken = true;
  const setup = await setUp(
    async (payload, tx) => {
      await tx.all('INSERT INTO settings (name, value) VALUES ($1, 1)', [JSON.stringify(payload)]);
      if (payload === 'bad' && isBroken) throw new Error('It cannot be understood');
      return toUpdates(payload);
    },
    () => Promise.resolve(),
    true,
  );
  const { database, inbox, events, createProcessor } = setup;
  await acceptAll(inbox, ['a', 'b', 'bad', 'c']);
  await settle(createProcessor());
  expect(await published(events)).toEqual(['a', 'b']);
  expect((await inbox.waiting('whatsapp', 10)).map(({ payload }) => payload)).toEqual(['bad', 'c']);
  expect(
    database
      .prepare('SELECT name FROM settings ORDER BY name')
      .all()
      .map(({ name }) => name),
  ).toEqual(['"a"', '"b"']);
  isBroken = false;
  await settle(createProcessor());
  expect([await published(events), await inbox.backlog()]).toEqual([['a', 'b', 'bad', 'c'], []]);
});

test('an item that needs the history is published once that is read, after those before it, and before those behind it', async () => {
  const steps: unknown[] = [];
  const setup = await setUp(
    (payload) => toUpdates(payload, payload === 'group'),
    async () => {
      await new Promise((resolve) => setImmediate(resolve));
      expect(setup.database.isTransaction).toBe(false);
      steps.push(await published(setup.events));
    },
  );
  const { inbox, events, createProcessor } = setup;
  await acceptAll(inbox, ['a', 'group', 'b']);
  await settle(createProcessor());
  expect(steps).toEqual([['a']]);
  expect([await published(events), await inbox.backlog()]).toEqual([['a', 'group', 'b'], []]);
});

test('when the commit fails, nothing is published, and all of the group are processed another time', async () => {
  const { database, inbox, events, createProcessor } = await setUp((payload) => toUpdates(payload));
  await acceptAll(inbox, ['a', 'b']);
  database.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER orphans AFTER INSERT ON events BEGIN INSERT INTO children VALUES (1); END;
  `);
  await settle(createProcessor());
  expect([await published(events), (await inbox.waiting('whatsapp', 10)).length]).toEqual([[], 2]);
  database.exec('DROP TRIGGER orphans');
  await settle(createProcessor());
  expect([await published(events), await inbox.backlog()]).toEqual([['a', 'b'], []]);
});

test('a store that cannot be written is waited for, however long, and no item is dropped for it', async () => {
  let isFull = true;
  const { clock, inbox, events, createProcessor } = await setUp((payload) => {
    if (isFull) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
    return toUpdates(payload);
  });
  await acceptAll(inbox, ['a']);
  const processor = createProcessor();
  processor.wake();
  await nextTurns(20);
  clock.advance(2 * HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await processor.close();
  expect(await inbox.waiting('whatsapp', 10)).toHaveLength(1);
  isFull = false;
  await settle(createProcessor());
  expect([await published(events), await inbox.backlog()]).toEqual([['a'], []]);
});

test('an item that comes while the inbox is read is processed, though nothing wakes the processor after it', async () => {
  const { inbox, processed, createProcessor } = await setUp();
  const processor = createProcessor();
  const waiting = inbox.waiting.bind(inbox);
  let isFirst = true;
  inbox.waiting = async (channel, limit) => {
    const items = await waiting(channel, limit);
    if (isFirst) {
      isFirst = false;
      await inbox.accept('whatsapp', [{ key: 'a', payload: 'a' }], NOW);
      processor.wake();
    }
    return items;
  };
  await settle(processor);
  expect(processed).toEqual(['a']);
});
