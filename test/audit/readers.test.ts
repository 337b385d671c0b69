import { createSecretKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { toEntries, type AuditedRead, type ReadBy } from '../../src/audit/entry.ts';
import type { AuditFilter, AuditStore } from '../../src/store/store.ts';
import {
  createTestLocation,
  isOnServer,
  openTestLocation,
  openTestStore,
  toBytes,
  toText,
  type TestStore,
} from '../support/test-store.ts';
import { toArray } from '../support/to-array.ts';
import { createEntry, recordEntry } from './entries.ts';

const SECRET = Buffer.alloc(32, 7);
const AT = createEntry(0).at;
const silent = pino({ enabled: false });

const EVENT: AuditedRead = {
  field: 'Subscription.messageAdded',
  channels: ['shop'],
  conversationId: null,
  sentAtGte: null,
  sentAtLt: null,
  count: 1,
  outcome: 'OK',
};

interface World {
  database: TestStore;
  audit: AuditLog;
  store: AuditStore;
}

async function open(key: KeyObject | null = null): Promise<World> {
  const database = openTestStore(key);
  const { audit: store } = database.store;
  return { database, store, audit: await AuditLog.open(store, SECRET, silent) };
}

const readerOf = (number: number, changes: Partial<ReadBy> = {}): ReadBy => ({
  at: AT + number,
  caller: `reader-${number % 5}`,
  requestId: `request-${number}`,
  operation: number % 2 === 0 ? 'Follow' : null,
  ...changes,
});

/** What readers of one and the same read are recorded as. */
function recordAll(audit: AuditLog, read: AuditedRead, readers: readonly ReadBy[]): Promise<unknown> {
  return Promise.all(readers.map((reader) => audit.record(read, reader)));
}

const readersOf = (count: number): ReadBy[] => Array.from({ length: count }, (_, number) => readerOf(number));

async function findingsOf(store: AuditStore): Promise<string[]> {
  const { findings } = await store.change((log) => verifyLog(log, new AuditSeal(SECRET)));
  return findings;
}

/** What is listed of a caller. */
async function entriesOf(store: AuditStore, filter: Partial<AuditFilter> = {}): Promise<unknown[]> {
  const { caller = null, since = null, until = null } = filter;
  const rows = await toArray(rowsByTime(store, { caller, since, until }));
  return rows.flatMap(toEntries).filter((entry) => caller === null || entry.caller === caller);
}

test('readers who come together to what one read has found share a record, which names each as before', async () => {
  const { audit, store } = await open();
  const readers = readersOf(7);
  await recordAll(audit, { ...EVENT }, readers.slice(0, 1));
  await recordAll(audit, EVENT, readers);
  expect(await audit.count()).toBe(2);
  expect(await entriesOf(store)).toEqual([readers[0], ...readers].map((reader) => ({ ...EVENT, ...reader })));
  expect(await findingsOf(store)).toEqual([]);
});

test('equal reads that were not one share nothing', async () => {
  const { audit } = await open();
  await Promise.all([audit.record({ ...EVENT }, readerOf(1)), audit.record({ ...EVENT }, readerOf(2))]);
  expect(await audit.count()).toBe(2);
});

test('a record has a thousand readers at most, and one that is being written gets no more', async () => {
  const { audit, store } = await open();
  const first = recordAll(audit, EVENT, readersOf(2_500));
  await new Promise((resolve) => setImmediate(resolve));
  const late = audit.record(EVENT, readerOf(9_999));
  await Promise.all([first, late]);
  const rows = await toArray(store.rows(1));
  const lengths = rows.map((row) => toEntries(row).length);
  // A server takes so long that the last record is not being written yet.
  expect(isOnServer ? Math.max(...lengths) : lengths).toEqual(isOnServer ? 1_000 : [1_000, 1_000, 500, 1]);
  expect(await entriesOf(store)).toHaveLength(2_501);
});

test('readers are told only once their record is on disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'audit-readers-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const location = await createTestLocation(`sqlite:${join(directory, 'gateway.db')}`);
  const [store, beside] = [await openTestLocation(location), await openTestLocation(location)];
  onTestFinished(async () => {
    await Promise.all([store.close(), beside.close()]);
  });
  const audit = await AuditLog.open(store.audit, SECRET, silent);
  const seen = await Promise.all(
    readersOf(3).map(async (reader) => {
      await audit.record(EVENT, reader);
      return (await entriesOf(beside.audit, { caller: reader.caller })).length;
    }),
  );
  expect(seen).toEqual([1, 1, 1]);
});

test('when a record cannot be written, each of its readers is told, and the next ones are written', async () => {
  const { database, audit, store } = await open();
  await database.run('ALTER TABLE audit RENAME TO elsewhere');
  const refused = await Promise.allSettled(readersOf(3).map((reader) => audit.record(EVENT, reader)));
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await database.run('ALTER TABLE elsewhere RENAME TO audit');
  await recordAll(audit, EVENT, readersOf(2));
  expect(await entriesOf(store)).toEqual(readersOf(2).map((reader) => ({ ...EVENT, ...reader })));
});

test('a reader that was changed, added, or taken out of a record is found', async () => {
  const changes = [
    ['"reader-1"', '"reader-2"'],
    ['"request-1"', '"request-7"'],
    ['["reader-1","request-1",null,1],', ''],
    ['"readers":[', '"readers":[["bi","request-9",null,1],'],
  ] as const;
  for (const [from, to] of changes) {
    const { database, audit, store } = await open();
    await recordAll(audit, EVENT, readersOf(3));
    await recordEntry(audit, 1);
    const changed = toBytes(`replace(${toText('body')}, '${from}', '${to}')`);
    await database.run(`UPDATE audit SET body = ${changed} WHERE seq = 1`);
    expect(await findingsOf(store)).toEqual(['Record 1 of strand 1 was changed.']);
  }
});

test.each([
  ["DELETE FROM audit_callers WHERE caller = 'reader-1'", 'Record 2 of strand 1 is not found by its caller.'],
  [
    "UPDATE audit_callers SET caller = 'none' WHERE caller = 'bi'",
    'Record 1 of strand 1 is not found by its caller.',
  ],
  [
    "UPDATE audit_callers SET block = 7 WHERE caller = 'bi'",
    'Record 1 of strand 1 is not found by its caller.',
  ],
])('a record that is no longer listed by a caller is found: %s', async (sql, finding) => {
  const { database, audit, store } = await open();
  await recordEntry(audit, 2);
  await recordAll(audit, EVENT, readersOf(3));
  await database.run(sql);
  expect(await findingsOf(store)).toEqual([finding]);
  // What cannot be trusted is not pruned.
  await audit.prune(AT + 1_000_000);
  expect(await audit.count()).toBe(2);
  expect(await entriesOf(store)).toHaveLength(4);
});

test.each([
  ['open', null],
  ['encrypted', createSecretKey(Buffer.alloc(32, 3))],
])('a caller is listed in an %s store as a look at every record finds it', async (_, key) => {
  const { audit, store } = await open(key);
  for (let number = 0; number < 600; number++) {
    if (number % 50 === 7) await recordAll(audit, { ...EVENT }, readersOf(number % 7));
    else await recordEntry(audit, number, { caller: number === 300 ? 'rare' : 'bi' });
  }
  const all = (await entriesOf(store)) as ReadBy[];
  for (const caller of ['bi', 'rare', 'reader-0', 'reader-3', 'stranger']) {
    expect(await entriesOf(store, { caller })).toEqual(all.filter((entry) => entry.caller === caller));
  }
  const [since, until] = [AT + 250_000, AT + 310_000];
  expect(await entriesOf(store, { caller: 'rare', since, until })).toHaveLength(1);
  expect(await entriesOf(store, { caller: 'rare', since: until })).toEqual([]);
});

test('an entry of the index with the greatest or least number that there can be does not end a list', async () => {
  const { database, audit, store } = await open();
  await recordEntry(audit, 2);
  await database.run(
    `INSERT INTO audit_callers (caller, strand, block)
     VALUES ('bi', 1, 9223372036854775807), ('bi', 1, -9223372036854775808), ('bi', 1, 72057594037927935)`,
  );
  expect(await entriesOf(store, { caller: 'bi' })).toHaveLength(1);
});

test('what is pruned leaves the index too, except where younger records are', async () => {
  const { database, audit, store } = await open();
  for (let number = 1; number <= 300; number++) await recordEntry(audit, number);
  expect([await audit.prune(createEntry(200).at), await audit.prune(createEntry(200).at)]).toEqual([
    true,
    false,
  ]);
  expect(await database.sql.all('SELECT DISTINCT block FROM audit_callers ORDER BY 1')).toEqual([
    { block: 1 },
    { block: 2 },
  ]);
  expect(await findingsOf(store)).toEqual([]);
  expect(await entriesOf(store, { caller: 'bi' })).toHaveLength(51);
});
