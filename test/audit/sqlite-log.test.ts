import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { rekey } from '../../src/audit/rekey.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { STORE_MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { createVault } from '../../src/store/vault.ts';
import type { AuditStore } from '../../src/store/store.ts';
import { toArray } from '../support/to-array.ts';
import { makeEarlierLog } from './earlier-log.ts';
import { recordEntry } from './entries.ts';

const SECRET = Buffer.alloc(32, 7);
const silent = pino({ enabled: false });

async function openLog(database: Database): Promise<{ audit: AuditLog; store: AuditStore }> {
  const { audit: store } = toStore(database);
  return { store, audit: await AuditLog.open(store, SECRET, silent) };
}

async function findingsOf(store: AuditStore): Promise<string[]> {
  const { findings } = await store.change((log) => verifyLog(log, new AuditSeal(SECRET)));
  return findings;
}

/** How many records of a caller are listed. */
async function countOf(store: AuditStore, caller: string): Promise<number> {
  return (await toArray(rowsByTime(store, { caller, since: null, until: null }))).length;
}

test('a caller is looked up near its records, and the rest of the log is not read', async () => {
  const database = openDatabase(':memory:', 'NORMAL');
  const { audit: store } = toStore(database);
  const audit = await AuditLog.open(store, SECRET, silent);
  for (let number = 0; number < 1_000; number++)
    await recordEntry(audit, number, { caller: number === 700 ? 'rare' : 'bi' });
  const statements = vi.spyOn(database, 'statement');
  await toArray(rowsByTime(store, { caller: 'rare', since: null, until: null }));
  const read = statements.mock.calls
    .map(([text]) => text)
    .filter((text) => !text.includes('FROM audit_strands'));
  expect(read).toHaveLength(2);
  for (const text of read) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text.replaceAll(/\$\d/g, '1')}`).all();
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH /)]);
  }
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
  const { audit, store } = await openLog(database);
  expect(await findingsOf(store)).toEqual([]);
  expect(await countOf(store, 'bi')).toBe(100);
  await recordEntry(audit, 201);
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
    const { audit, store } = await openLog(database);
    await recordEntry(audit, 201);
    expect(await findingsOf(store)).toEqual([]);
    database.exec(sql);
    expect((await findingsOf(store)).slice(0, 1)).toEqual(findings);
  },
);
