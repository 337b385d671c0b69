import type { Database } from '../../src/store/sqlite/database.ts';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { AuditSeal, readChain, verifyChain, type Place } from '../../src/audit/chain.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { AuditMark, AuditStore } from '../../src/store/store.ts';
import { createEntry, recordEntry } from './entries.ts';

const SECRET = Buffer.alloc(32, 7);
const RECORDS = 12;
const silent = pino({ enabled: false });

async function createLog(records = RECORDS): Promise<{ database: Database; audit: AuditLog }> {
  const database = openDatabase(':memory:', 'NORMAL');
  const audit = await AuditLog.open(storeOf(database), SECRET, silent);
  await append(audit, 1, records);
  return { database, audit };
}

/** Every fourth record has two readers. */
async function append(audit: AuditLog, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    const entry = createEntry(number);
    const other = createEntry(number, { caller: 'dashboard', requestId: 'request-x' });
    const readers = number % 4 === 0 ? [entry, other] : [entry];
    await Promise.all(readers.map((reader) => audit.record(entry, reader)));
  }
}

function storeOf(database: Database): AuditStore {
  return toStore(database).audit;
}

function headOf(database: Database): Promise<AuditMark | null> {
  return storeOf(database).mark('head');
}

async function findingsOf(database: Database, known: Place | null = null): Promise<string[]> {
  const chain = await readChain(storeOf(database));
  const { findings } = await verifyChain(chain, new AuditSeal(SECRET), known);
  return findings.map(({ text }) => text);
}

/** Somebody who can change the store, but does not know the secret. */
const columns = fc.constantFrom('seq', 'at', 'caller', 'body', 'previous', 'hash');
const place = fc.integer({ min: 1, max: RECORDS });
const tampering = fc.oneof(
  fc.record({
    how: fc.constant('edit a record'),
    sql: fc
      .tuple(columns, place, fc.oneof(fc.string(), fc.integer(), fc.bigInt({ min: 0n, max: 2n ** 62n })))
      .map(([column, seq, value]) => ({
        sql: `UPDATE OR REPLACE audit SET ${column} = ? WHERE seq = ${seq}`,
        values: [column === 'seq' ? 100 + Number(BigInt.asUintN(16, BigInt(String(value).length))) : value],
      })),
  }),
  fc.record({
    how: fc.constant('change one character of a record'),
    sql: fc
      .tuple(fc.constantFrom('caller', 'body', 'previous', 'hash'), place, fc.nat(300))
      .map(([column, seq, at]) => ({
        sql: `UPDATE audit SET ${column} = substr(${column}, 1, ?1 % (length(${column}) + 1)) || '~' || substr(${column}, ?1 % (length(${column}) + 1) + 2) WHERE seq = ${seq}`,
        values: [at],
      })),
  }),
  fc.record({
    how: fc.constant('take out records'),
    sql: fc.tuple(place, place).map(([a, b]) => ({
      sql: 'DELETE FROM audit WHERE seq BETWEEN ? AND ?',
      values: [Math.min(a, b), Math.max(a, b)],
    })),
  }),
  fc.record({
    how: fc.constant('cut the newest off'),
    sql: place.map((seq) => ({ sql: 'DELETE FROM audit WHERE seq >= ?', values: [seq] })),
  }),
  fc.record({
    how: fc.constant('put a copy in'),
    sql: fc
      .tuple(
        place,
        fc.integer({ min: -3, max: RECORDS + 3 }).filter((seq) => seq < 1 || seq > RECORDS),
      )
      .map(([from, to]) => ({
        sql: `INSERT INTO audit SELECT ${to}, at, caller, body, previous, hash FROM audit WHERE seq = ?`,
        values: [from],
      })),
  }),
  fc.record({
    how: fc.constant('swap two records'),
    sql: fc
      .tuple(place, place)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({
        sql: `UPDATE audit SET (at, caller, body, previous, hash) =
                (SELECT at, caller, body, previous, hash FROM audit AS other WHERE other.seq = ${a} + ${b} - audit.seq)
              WHERE seq IN (?, ?)`,
        values: [a, b],
      })),
  }),
  fc.record({
    how: fc.constant('change a mark'),
    sql: fc
      .tuple(fc.constantFrom('anchor', 'head'), fc.constantFrom('seq', 'hash', 'seal'))
      .map(([name, column]) => ({
        sql: `UPDATE audit_marks SET ${column} = ${column} || '1' WHERE name = ?`,
        values: [name],
      })),
  }),
  fc.record({
    how: fc.constant('take out a mark'),
    sql: fc
      .constantFrom('anchor', 'head')
      .map((name) => ({ sql: 'DELETE FROM audit_marks WHERE name = ?', values: [name] })),
  }),
);

test('the log verifies as it was written, empty too', async () => {
  expect(await findingsOf((await createLog()).database)).toEqual([]);
  expect(await findingsOf((await createLog(0)).database)).toEqual([]);
});

test('whatever is changed in the store is found, also when the gateway has gone on writing since', async () => {
  await fc.assert(
    fc.asyncProperty(tampering, fc.integer({ min: 0, max: 3 }), async ({ sql: { sql, values } }, more) => {
      const { database, audit } = await createLog();
      const before = dump(database);
      // Numbers that do not fit JavaScript's too.
      database.prepare(sql).run(...values);
      if (dump(database) === before) return;
      expect(await findingsOf(database)).not.toEqual([]);
      await append(audit, RECORDS + 1, RECORDS + more);
      const restarted = await AuditLog.open(storeOf(database), SECRET, silent);
      await append(restarted, 1, more);
      expect(await findingsOf(database)).not.toEqual([]);
    }),
    { numRuns: 150 },
  );
});

function dump(database: Database): string {
  return ['audit', 'audit_marks']
    .flatMap((table) => {
      const statement = database.prepare(`SELECT * FROM ${table}`);
      statement.setReadBigInts(true);
      return statement.all().map((row) => Object.values(row).join('|'));
    })
    .join('\n');
}

test('what was changed is named', async () => {
  const { database } = await createLog();
  database.exec("UPDATE audit SET caller = 'none' WHERE seq = 3; DELETE FROM audit WHERE seq IN (6, 7, 12)");
  expect(await findingsOf(database)).toEqual([
    'Record 3 was changed.',
    'Records 6 to 7 are missing.',
    'Record 12 is missing, the newest.',
  ]);
});

test('a record that was written without the secret is found', async () => {
  const { database } = await createLog();
  const forged = await AuditLog.open(storeOf(database), Buffer.alloc(32, 8), silent);
  await recordEntry(forged, 99);
  expect(await findingsOf(database)).toEqual([
    'Record 13 was changed.',
    'Record 13 does not follow the record before it.',
    'The mark of the end was changed.',
  ]);
});

test('a cut that comes with the mark of its time is found by a head that was exported after it, and by no other means', async () => {
  const { database, audit } = await createLog();
  const old = await headOf(database);
  await append(audit, RECORDS + 1, RECORDS + 5);
  const exported = await headOf(database);
  database.exec(`DELETE FROM audit WHERE seq > ${RECORDS}`);
  database
    .prepare("UPDATE audit_marks SET seq = ?, hash = ?, seal = ? WHERE name = 'head'")
    .run(old?.seq ?? 0, old?.hash ?? '', old?.seal ?? '');
  expect(await findingsOf(database)).toEqual([]);
  expect(await findingsOf(database, exported)).toEqual([
    'The chain does not lead through record 17 as in the exported head.',
  ]);
  await append(await AuditLog.open(storeOf(database), SECRET, silent), 50, 60);
  expect(await findingsOf(database, exported)).toHaveLength(1);
});

test('old records are pruned, and the rest still verifies, as does a head from before', async () => {
  const { database, audit } = await createLog();
  const exported = await headOf(database);
  expect(await audit.prune(createEntry(5).at)).toBe(false);
  expect(database.prepare('SELECT MIN(seq) AS first FROM audit').get()).toEqual({ first: 5 });
  expect(await findingsOf(database, exported)).toEqual([]);
  expect(await audit.prune(createEntry(100).at)).toBe(false);
  expect(database.prepare('SELECT COUNT(*) AS count FROM audit').get()).toEqual({ count: 0 });
  expect(await findingsOf(database, exported)).toEqual([]);
  await append(audit, 20, 21);
  expect(await audit.count()).toBe(RECORDS + 2);
  expect(await findingsOf(database, exported)).toEqual([]);
});

test('records that were changed are not pruned away', async () => {
  const { database, audit } = await createLog();
  database.exec("UPDATE audit SET caller = 'none' WHERE seq = 2");
  expect(await audit.prune(createEntry(100).at)).toBe(false);
  expect(await findingsOf(database)).toEqual(['Record 2 was changed.']);
});

test('an entry that cannot be written is refused, and the next one is written', async () => {
  const { database, audit } = await createLog();
  database.exec('BEGIN');
  await expect(recordEntry(audit, 13)).rejects.toThrow(/transaction/);
  database.exec('COMMIT');
  await recordEntry(audit, 14);
  expect(await findingsOf(database)).toEqual([]);
  expect(await audit.count()).toBe(RECORDS + 1);
});

test('very many entries at once are written in groups, so that other work runs in between', async () => {
  const { database, audit } = await createLog(0);
  const exec = vi.spyOn(database, 'exec');
  await Promise.all(Array.from({ length: 2_500 }, (_, number) => recordEntry(audit, number)));
  expect(exec.mock.calls.filter(([text]) => text === 'COMMIT')).toHaveLength(3);
  expect(await audit.count()).toBe(2_500);
  expect(await findingsOf(database)).toEqual([]);
});

test('entries that come one by one and close together, as requests do, share a transaction', async () => {
  const { database, audit } = await createLog(0);
  const exec = vi.spyOn(database, 'exec');
  const records = Array.from({ length: 16 }, async (_, number) => {
    await new Promise((resolve) => setImmediate(resolve));
    await recordEntry(audit, number);
  });
  await Promise.all(records);
  expect(exec.mock.calls.filter(([text]) => text === 'COMMIT')).toHaveLength(1);
  expect(await findingsOf(database)).toEqual([]);
});

test('a record with the greatest number that there can be does not end the check', async () => {
  const { database, audit } = await createLog(0);
  await Promise.all(Array.from({ length: 999 }, (_, number) => recordEntry(audit, number)));
  database.exec(
    'INSERT INTO audit SELECT 9223372036854775807, at, caller, body, previous, hash FROM audit WHERE seq = 999',
  );
  expect(await findingsOf(database)).not.toEqual([]);
});
