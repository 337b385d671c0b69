import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { toEntries, type AuditedRead, type ReadBy } from '../../src/audit/entry.ts';
import { rekey } from '../../src/audit/rekey.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { STORE_MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { createVault } from '../../src/store/vault.ts';
import type { AuditFilter, AuditStore } from '../../src/store/store.ts';
import { createSecretKey } from 'node:crypto';
import { toArray } from '../support/to-array.ts';
import { makeEarlierLog } from './earlier-log.ts';
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
  database: Database;
  audit: AuditLog;
  store: AuditStore;
}

async function open(database = openDatabase(':memory:', 'NORMAL')): Promise<World> {
  const { audit: store } = toStore(database);
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
  expect(rows.map((row) => toEntries(row).length)).toEqual([1_000, 1_000, 500, 1]);
  expect(await entriesOf(store)).toHaveLength(2_501);
});

test('readers are told only once their record is on disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'audit-readers-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const file = join(directory, 'gateway.db');
  const { audit } = await open(openDatabase(file, 'FULL'));
  const other = toStore(openDatabase(file, 'FULL')).audit;
  const seen = await Promise.all(
    readersOf(3).map(async (reader) => {
      await audit.record(EVENT, reader);
      return (await entriesOf(other, { caller: reader.caller })).length;
    }),
  );
  expect(seen).toEqual([1, 1, 1]);
});

test('when a record cannot be written, each of its readers is told, and the next ones are written', async () => {
  const { database, audit, store } = await open();
  database.exec('BEGIN');
  const refused = await Promise.allSettled(readersOf(3).map((reader) => audit.record(EVENT, reader)));
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  database.exec('COMMIT');
  await recordAll(audit, EVENT, readersOf(2));
  expect(await entriesOf(store)).toEqual(readersOf(2).map((reader) => ({ ...EVENT, ...reader })));
});

test('a reader that was changed, added, or taken out of a record is found', async () => {
  const changes = [
    'replace(body, \'"reader-1"\', \'"reader-2"\')',
    'replace(body, \'"request-1"\', \'"request-7"\')',
    `replace(body, '["reader-1","request-1",null,1],', '')`,
    `replace(body, '"readers":[', '"readers":[["bi","request-9",null,1],')`,
  ];
  for (const change of changes) {
    const { database, audit, store } = await open();
    await recordAll(audit, EVENT, readersOf(3));
    await recordEntry(audit, 1);
    database.exec(`UPDATE audit SET body = ${change} WHERE seq = 1`);
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
  database.exec(sql);
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
  const { audit, store } = await open(openDatabase(':memory:', 'NORMAL', key));
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

test('a caller is looked up near its records, and the rest of the log is not read', async () => {
  const { database, audit, store } = await open();
  for (let number = 0; number < 1_000; number++)
    await recordEntry(audit, number, { caller: number === 700 ? 'rare' : 'bi' });
  const statements = vi.spyOn(database, 'statement');
  await entriesOf(store, { caller: 'rare' });
  const read = statements.mock.calls
    .map(([text]) => text)
    .filter((text) => !text.includes('FROM audit_strands'));
  expect(read).toHaveLength(2);
  for (const text of read) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text.replaceAll(/\$\d/g, '1')}`).all();
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH /)]);
  }
});

test('an entry of the index with the greatest or least number that there can be does not end a list', async () => {
  const { database, audit, store } = await open();
  await recordEntry(audit, 2);
  database.exec(
    "INSERT INTO audit_callers VALUES ('bi', 1, 9223372036854775807), ('bi', 1, -9223372036854775808), ('bi', 1, 72057594037927935)",
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
  expect(database.prepare('SELECT DISTINCT block FROM audit_callers ORDER BY 1').all()).toEqual([
    { block: 1 },
    { block: 2 },
  ]);
  expect(await findingsOf(store)).toEqual([]);
  expect(await entriesOf(store, { caller: 'bi' })).toHaveLength(51);
});

test.each([
  ['open', null],
  ['encrypted', createSecretKey(Buffer.alloc(32, 3))],
])('an %s log that an earlier version wrote is listed by caller and verified as before', async (_, key) => {
  const directory = mkdtempSync(join(tmpdir(), 'audit-readers-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const file = join(directory, 'gateway.db');
  const [first, second] = STORE_MIGRATIONS;
  const earlier = openDatabase(file, 'FULL', key, [first, String(second)]);
  const columns = createVault(key);
  const { rows, marks } = makeEarlierLog(SECRET, 200);
  for (const { name, seq, hash, seal } of marks)
    earlier
      .prepare('INSERT INTO audit_marks (name, seq, hash, seal) VALUES (?, ?, ?, ?)')
      .run(name, seq, hash, seal);
  for (const { seq, at, caller, body, previous, hash } of rows)
    earlier
      .prepare('INSERT INTO audit (seq, at, caller, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?)')
      .run(
        seq,
        at,
        columns.key('audit.caller').seal(caller),
        columns.value('audit.body').seal(body),
        previous,
        hash,
      );
  earlier.close();
  const database = openDatabase(file, 'FULL', key);
  // Also while no gateway has opened it yet.
  expect(await findingsOf(toStore(database).audit)).toEqual([]);
  const { audit, store } = await open(database);
  expect(await findingsOf(store)).toEqual([]);
  expect(await entriesOf(store, { caller: 'bi' })).toHaveLength(100);
  await recordAll(audit, EVENT, readersOf(2));
  expect(await findingsOf(store)).toEqual([]);
  const fresh = new AuditSeal(Buffer.alloc(32, 8));
  expect((await rekey(store, new AuditSeal(SECRET), fresh)).findings).toEqual([]);
  const { findings } = await store.change((log) => verifyLog(log, fresh));
  expect(findings).toEqual([]);
});

test.each([
  ['cut', 'DELETE FROM audit WHERE seq > 150', ['Records 151 to 200 of strand 0 are missing, the newest.']],
  [
    'said to be as no gateway had opened it',
    'DELETE FROM audit WHERE strand > 0; DELETE FROM audit_strands WHERE id > 0; DELETE FROM audit_end',
    ['The mark of the newest strand is missing: newer strands may be missing too.'],
  ],
  [
    'taken away',
    'DELETE FROM audit WHERE strand = 0; DELETE FROM audit_strands WHERE id = 0',
    ['Strand 1 does not follow the strand before it.'],
  ],
])(
  'a log of an earlier version that is %s after a gateway has opened it is found',
  async (_, sql, findings) => {
    const [first, ...others] = STORE_MIGRATIONS;
    const database = openDatabase(':memory:', 'NORMAL', null, [first, ...others.slice(0, 2)]);
    const { rows, marks } = makeEarlierLog(SECRET, 200);
    for (const { name, seq, hash, seal } of marks)
      database.prepare('INSERT INTO audit_marks VALUES (?, ?, ?, ?)').run(name, seq, hash, seal);
    for (const { seq, at, caller, body, previous, hash } of rows) {
      database
        .prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)')
        .run(seq, at, caller, body, previous, hash);
      database
        .prepare('INSERT OR IGNORE INTO audit_callers VALUES (?, ?)')
        .run(caller, Math.floor(seq / 128));
    }
    database.exec(others[2] ?? '');
    const { audit, store } = await open(database);
    await recordEntry(audit, 201);
    expect(await findingsOf(store)).toEqual([]);
    database.exec(sql);
    expect((await findingsOf(store)).slice(0, 1)).toEqual(findings);
  },
);
