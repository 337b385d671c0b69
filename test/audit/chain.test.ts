import type { Database } from '../../src/store/sqlite/database.ts';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog, type KnownHead } from '../../src/audit/verify.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { AuditFilter, AuditStore } from '../../src/store/store.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { toArray } from '../support/to-array.ts';
import { createEntry, recordEntry } from './entries.ts';

const SECRET = Buffer.alloc(32, 7);
/** Each of a process of its own; the last one still writes. */
const STRANDS = 3;
/** In each strand. */
const RECORDS = 12;
const silent = pino({ enabled: false });

async function createLog(records = RECORDS): Promise<{ database: Database; audit: AuditLog }> {
  const database = openDatabase(':memory:', 'NORMAL');
  let audit = await AuditLog.open(storeOf(database), SECRET, silent);
  for (let strand = 1; strand <= STRANDS; strand++) {
    if (strand > 1) audit = await AuditLog.open(storeOf(database), SECRET, silent);
    await append(audit, 1, records);
  }
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

async function headsOf(database: Database): Promise<KnownHead[]> {
  const strands = await storeOf(database).strands();
  return strands.map(({ id, head: { seq, hash } }) => ({ strand: id, seq, hash }));
}

async function findingsOf(database: Database, known: KnownHead[] = []): Promise<string[]> {
  return (await verifyLog(storeOf(database), new AuditSeal(SECRET), known)).findings;
}

/** An attacker who can change the store, but does not know the secret. */
const place = fc.integer({ min: 1, max: RECORDS });
const strand = fc.integer({ min: 1, max: STRANDS });
const two = (numbers: fc.Arbitrary<number>): fc.Arbitrary<[number, number]> =>
  fc.tuple(numbers, numbers).filter(([a, b]) => a !== b);
const value = fc.oneof(fc.string(), fc.integer(), fc.bigInt({ min: 0n, max: 2n ** 62n }));
const toNumber = (from: unknown): number => 100 + Number(BigInt.asUintN(16, BigInt(String(from).length)));
const NUMBERS = ['strand', 'seq', 'id'];
const STRAND_TEXTS = ['name', 'previous', 'hash', 'anchor_hash', 'anchor_seal', 'head_hash', 'head_seal'];
const STRAND_NUMBERS = ['id', 'opened_at', 'anchor_seq', 'head_seq'];

interface Damage {
  sql: string;
  values: (string | number | bigint)[];
}
const damage: Record<string, fc.Arbitrary<Damage>> = {
  'edit a record': fc
    .tuple(fc.constantFrom('strand', 'seq', 'at', 'caller', 'body', 'previous', 'hash'), strand, place, value)
    .map(([column, of, seq, to]) => ({
      sql: `UPDATE OR REPLACE audit SET ${column} = ? WHERE strand = ${of} AND seq = ${seq}`,
      values: [NUMBERS.includes(column) ? toNumber(to) : to],
    })),
  'change one character of a record': fc
    .tuple(fc.constantFrom('caller', 'body', 'previous', 'hash'), strand, place, fc.nat(300))
    .map(([column, of, seq, at]) => ({
      sql: `UPDATE audit SET ${column} = substr(${column}, 1, ?1 % (length(${column}) + 1)) || '~' || substr(${column}, ?1 % (length(${column}) + 1) + 2)
            WHERE strand = ${of} AND seq = ${seq}`,
      values: [at],
    })),
  'take out records': fc.tuple(strand, place, place).map(([of, a, b]) => ({
    sql: 'DELETE FROM audit WHERE strand = ? AND seq BETWEEN ? AND ?',
    values: [of, Math.min(a, b), Math.max(a, b)],
  })),
  'cut the newest of a strand off': fc
    .tuple(strand, place)
    .map(([of, seq]) => ({ sql: 'DELETE FROM audit WHERE strand = ? AND seq >= ?', values: [of, seq] })),
  'put a copy in': fc
    .tuple(
      fc.integer({ min: 0, max: STRANDS + 1 }),
      strand,
      place,
      fc.integer({ min: -3, max: RECORDS + 3 }).filter((seq) => seq < 1 || seq > RECORDS),
    )
    .map(([to, from, seq, toSeq]) => ({
      sql: `INSERT INTO audit SELECT ${to}, ${toSeq}, at, caller, body, previous, hash FROM audit WHERE strand = ? AND seq = ?`,
      values: [from, seq],
    })),
  'swap two records': fc.tuple(strand, two(place)).map(([of, [a, b]]) => ({
    sql: `UPDATE audit SET (at, caller, body, previous, hash) =
            (SELECT at, caller, body, previous, hash FROM audit AS other
             WHERE other.strand = audit.strand AND other.seq = ${a} + ${b} - audit.seq)
          WHERE strand = ? AND seq IN (?, ?)`,
    values: [of, a, b],
  })),
  'swap the records of two strands': two(strand).map(([a, b]) => ({
    sql: `UPDATE audit SET (at, caller, body, previous, hash) =
            (SELECT at, caller, body, previous, hash FROM audit AS other
             WHERE other.strand = ${a} + ${b} - audit.strand AND other.seq = audit.seq)
          WHERE strand IN (?, ?)`,
    values: [a, b],
  })),
  'change a strand': fc
    .tuple(fc.constantFrom(...STRAND_TEXTS, ...STRAND_NUMBERS), strand, value)
    .map(([column, id, to]) => ({
      sql: `UPDATE OR REPLACE audit_strands SET ${column} = ? WHERE id = ${id}`,
      values: [STRAND_NUMBERS.includes(column) ? toNumber(to) : to],
    })),
  'take out a strand, and maybe its records': fc.tuple(strand, fc.boolean()).map(([id, whole]) => ({
    sql: `DELETE FROM audit_strands WHERE id = ${id}; ${whole ? `DELETE FROM audit WHERE strand = ${id}` : ''}`,
    values: [],
  })),
  'swap two strands': two(strand).map(([a, b]) => ({
    sql: `UPDATE audit_strands SET id = -id WHERE id IN (${a}, ${b});
          UPDATE audit_strands SET id = ${a} + ${b} + id WHERE id < 0;
          UPDATE audit SET strand = -strand WHERE strand IN (${a}, ${b});
          UPDATE audit SET strand = ${a} + ${b} + strand WHERE strand < 0`,
    values: [],
  })),
  'put a copy of a strand in': fc
    .tuple(fc.constantFrom(0, STRANDS + 1, STRANDS + 2), strand)
    .map(([to, from]) => ({
      sql: `INSERT INTO audit_strands SELECT ${to}, 'copy', opened_at, previous, hash,
              anchor_seq, anchor_hash, anchor_seal, head_seq, head_hash, head_seal FROM audit_strands WHERE id = ${from}`,
      values: [],
    })),
  'give a strand the marks of another': fc.tuple(two(strand), fc.boolean()).map(([[to, from], emptied]) => ({
    sql: `UPDATE audit_strands SET (anchor_seq, anchor_hash, anchor_seal, head_seq, head_hash, head_seal) =
            (SELECT anchor_seq, anchor_hash, anchor_seal, ${emptied ? 'anchor_seq, anchor_hash, anchor_seal' : 'head_seq, head_hash, head_seal'}
             FROM audit_strands AS other WHERE other.id = ${from})
          WHERE id = ${to}; ${emptied ? `DELETE FROM audit WHERE strand = ${to}` : ''}`,
    values: [],
  })),
  'change the mark of the newest strand': fc
    .constantFrom('strand', 'hash', 'seal')
    .map((column) => ({ sql: `UPDATE audit_end SET ${column} = ${column} || '1'`, values: [] })),
  'take out the mark of the newest strand': fc.constant({ sql: 'DELETE FROM audit_end', values: [] }),
};
const EVERYTHING =
  'DELETE FROM audit; DELETE FROM audit_callers; DELETE FROM audit_strands; DELETE FROM audit_end';

function apply(database: Database, { sql, values }: Damage): void {
  if (values.length > 0) database.prepare(sql).run(...values);
  else database.exec(sql);
}

test('the log verifies as it was written, empty too', async () => {
  expect(await findingsOf((await createLog()).database)).toEqual([]);
  expect(await findingsOf((await createLog(0)).database)).toEqual([]);
});

test.each(Object.entries(damage))(
  'to %s is found, also when the gateway has gone on writing since',
  async (_, tampering) => {
    await fc.assert(
      fc.asyncProperty(tampering, fc.integer({ min: 0, max: 3 }), async (change, more) => {
        const { database, audit } = await createLog();
        const before = dump(database);
        apply(database, change);
        if (dump(database) === before) return;
        expect(await findingsOf(database)).not.toEqual([]);
        await append(audit, RECORDS + 1, RECORDS + more);
        const restarted = await AuditLog.open(storeOf(database), SECRET, silent);
        await append(restarted, 1, more);
        expect(await findingsOf(database)).not.toEqual([]);
      }),
      { numRuns: 15 },
    );
  },
);

test.each([
  ['', 0, 'Strands 1 to 3 are missing.'],
  [', also when another one has begun a log since', 1, 'Strands 2 to 3 are missing.'],
])(
  'to take out everything is found once a gateway that ran meanwhile goes on writing%s',
  async (_, begun, finding) => {
    const { database, audit } = await createLog();
    database.exec(EVERYTHING);
    if (begun > 0) await recordEntry(await AuditLog.open(storeOf(database), SECRET, silent), 1);
    await append(audit, RECORDS + 1, RECORDS + 1);
    await append(await AuditLog.open(storeOf(database), SECRET, silent), 1, 1);
    expect(await findingsOf(database)).toEqual([finding]);
  },
);

function dump(database: Database): string {
  return ['audit', 'audit_strands', 'audit_end']
    .flatMap((table) => {
      const statement = database.prepare(`SELECT * FROM ${table}`);
      statement.setReadBigInts(true);
      return statement.all().map((row) => Object.values(row).join('|'));
    })
    .join('\n');
}

test('what was changed is named', async () => {
  const { database } = await createLog();
  database.exec(
    `UPDATE audit SET caller = 'none' WHERE strand = 1 AND seq = 3; DELETE FROM audit WHERE strand = 1 AND seq IN (6, 7, 12);
     DELETE FROM audit WHERE strand = 2; DELETE FROM audit_strands WHERE id = 2`,
  );
  expect(await findingsOf(database, [{ strand: 2, seq: 1, hash: 'x' }])).toEqual([
    'Strand 2 is missing.',
    'Record 3 of strand 1 was changed.',
    'Records 6 to 7 of strand 1 are missing.',
    'Record 12 of strand 1 is missing, the newest.',
    'Strand 2 of the exported head is missing.',
  ]);
  database.exec('DELETE FROM audit_strands WHERE id = 3');
  expect((await findingsOf(database)).filter((text) => text.includes('rand 3'))).toEqual([
    'Records of strand 3 are there, and no such strand.',
  ]);
});

test('a record that was written without the secret is found', async () => {
  const { database } = await createLog();
  const forged = await AuditLog.open(storeOf(database), Buffer.alloc(32, 8), silent);
  await recordEntry(forged, 99);
  expect(await findingsOf(database)).toEqual([
    'Strand 4 does not follow the strand before it.',
    'Strand 4 was changed.',
    'The mark of the newest strand was changed.',
    'The mark of the beginning of strand 4 was changed.',
    'Record 1 of strand 4 was changed.',
    'The mark of the end of strand 4 was changed.',
  ]);
});

test('a cut that comes with the marks of its time is found by a head that was exported after it, and by no other means', async () => {
  const { database, audit } = await createLog();
  const old = database.prepare('SELECT head_seq, head_hash, head_seal FROM audit_strands WHERE id = 3').get();
  await append(audit, RECORDS + 1, RECORDS + 5);
  const exported = await headsOf(database);
  database.exec(`DELETE FROM audit WHERE strand = 3 AND seq > ${RECORDS}`);
  database
    .prepare('UPDATE audit_strands SET head_seq = ?, head_hash = ?, head_seal = ? WHERE id = 3')
    .run(Number(old?.['head_seq']), String(old?.['head_hash']), String(old?.['head_seal']));
  expect(await findingsOf(database)).toEqual([]);
  expect(await findingsOf(database, exported)).toEqual([
    'Strand 3 does not lead through record 17 as in the exported head.',
  ]);
  await append(await AuditLog.open(storeOf(database), SECRET, silent), 50, 60);
  expect(await findingsOf(database, exported)).toHaveLength(1);
});

test('old records are pruned from all strands, and the rest still verifies, as does a head from before', async () => {
  const { database, audit } = await createLog();
  const exported = await headsOf(database);
  const pruneAll = async (before: number): Promise<number> => {
    let batches = 0;
    while (await audit.prune(before)) batches++;
    return batches;
  };
  expect(await pruneAll(createEntry(5).at)).toBe(STRANDS);
  expect(database.prepare('SELECT strand, MIN(seq) AS first FROM audit GROUP BY strand').all()).toEqual(
    [1, 2, 3].map((strand) => ({ strand, first: 5 })),
  );
  expect(await findingsOf(database, exported)).toEqual([]);
  expect(await pruneAll(createEntry(100).at)).toBe(STRANDS);
  expect(database.prepare('SELECT COUNT(*) AS count FROM audit').get()).toEqual({ count: 0 });
  expect(await findingsOf(database, exported)).toEqual([]);
  await append(audit, 20, 21);
  expect(await audit.count()).toBe(STRANDS * RECORDS + 2);
  expect(await findingsOf(database, exported)).toEqual([]);
});

test('the records of all strands are listed in the order of time', async () => {
  const database = openDatabase(':memory:', 'NORMAL');
  const open = (): Promise<AuditLog> => AuditLog.open(storeOf(database), SECRET, silent);
  const logs = [await open(), await open(), await open()];
  for (let number = 0; number < 40; number++) {
    // One of them begins in the midst of it, after the others have ended.
    const log = number < 30 ? logs[number % 2] : logs[2];
    if (log) await recordEntry(log, number);
  }
  const list = async (filter: Partial<AuditFilter> = {}): Promise<number[]> => {
    const rows = rowsByTime(storeOf(database), { since: null, until: null, caller: null, ...filter });
    return (await toArray(rows)).map(({ at }) => (at - createEntry(0).at) / 1000);
  };
  const all = Array.from({ length: 40 }, (_, number) => number);
  expect(await list()).toEqual(all);
  expect(await list({ since: createEntry(7).at, until: createEntry(33).at })).toEqual(all.slice(7, 33));
  expect(await list({ caller: 'bi' })).toEqual(all.filter((number) => number % 2 === 0));
});

test('a clock that was set back hides no record: one that is older than its strand is listed too', async () => {
  const database = openDatabase(':memory:', 'NORMAL');
  const audit = await AuditLog.open(storeOf(database), SECRET, silent);
  for (const number of [50, 3, 4]) await recordEntry(audit, number);
  const later = await AuditLog.open(storeOf(database), SECRET, silent);
  await recordEntry(later, 5);
  const filter = { since: null, until: createEntry(10).at, caller: null };
  const rows = await toArray(rowsByTime(storeOf(database), filter));
  expect(rows.map(({ strand, seq }) => [strand, seq])).toEqual([
    [2, 1],
    [1, 2],
    [1, 3],
  ]);
});

test('looking for old records reads the oldest of each strand, and no process waits for it', async () => {
  const { database } = await createLog();
  const store = storeOf(database);
  const audit = await AuditLog.open(store, SECRET, silent);
  const first = vi.spyOn(store, 'first');
  const change = vi.spyOn(store, 'change');
  expect(await audit.prune(createEntry(1).at)).toBe(false);
  expect(first.mock.calls).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  expect(change).not.toHaveBeenCalled();
});

test('records that were changed are not pruned away', async () => {
  const { database, audit } = await createLog();
  database.exec("UPDATE audit SET caller = 'none' WHERE strand = 2 AND seq = 2");
  const before = createEntry(100).at;
  expect([await audit.prune(before), await audit.prune(before), await audit.prune(before)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(await findingsOf(database)).toEqual(['Record 2 of strand 2 was changed.']);
});

test('a gateway that opens the log while others open strands sees no change from outside', async () => {
  const { database } = await createLog();
  const { log, lines } = createMemoryLog();
  const store = storeOf(database);
  vi.spyOn(store, 'end').mockImplementation(async () => {
    const end = await storeOf(database).end();
    await recordEntry(await AuditLog.open(storeOf(database), SECRET, silent), 1);
    return end;
  });
  await AuditLog.open(store, SECRET, log);
  expect(lines()).toEqual([]);
});

test('what fails before it is written is refused with its own error, and is no change from outside', async () => {
  const { database } = await createLog(0);
  const { log, lines } = createMemoryLog();
  const audit = await AuditLog.open(storeOf(database), SECRET, log);
  await recordEntry(audit, 1);
  const entry = Object.defineProperty(createEntry(2), 'field', {
    get: () => {
      throw new TypeError('there is no field');
    },
  });
  await expect(audit.record(entry, createEntry(2))).rejects.toThrow('there is no field');
  expect(lines()).toEqual([]);
  await recordEntry(audit, 3);
  expect(await findingsOf(database)).toEqual([]);
});

test('an entry that cannot be written is refused, and the next one is written', async () => {
  const { database, audit } = await createLog();
  database.exec('BEGIN');
  await expect(recordEntry(audit, 13)).rejects.toThrow(/transaction/);
  database.exec('COMMIT');
  await recordEntry(audit, 14);
  expect(await findingsOf(database)).toEqual([]);
  expect(await audit.count()).toBe(STRANDS * RECORDS + 1);
});

test('very many entries at once are written in groups, so that other work runs in between', async () => {
  const { database, audit } = await createLog(0);
  const exec = vi.spyOn(database, 'exec');
  await Promise.all(Array.from({ length: 2_500 }, (_, number) => recordEntry(audit, number)));
  expect(exec.mock.calls.filter(([text]) => text === 'COMMIT')).toHaveLength(4);
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
  expect(exec.mock.calls.filter(([text]) => text === 'COMMIT')).toHaveLength(2);
  expect(await findingsOf(database)).toEqual([]);
});

test('a record with the greatest number that there can be does not end the check', async () => {
  const { database, audit } = await createLog(0);
  await Promise.all(Array.from({ length: 999 }, (_, number) => recordEntry(audit, number)));
  database.exec(
    'INSERT INTO audit SELECT strand, 9223372036854775807, at, caller, body, previous, hash FROM audit WHERE seq = 999',
  );
  expect(await findingsOf(database)).not.toEqual([]);
});

test.each([
  ['the greatest number that there can be', 2n ** 63n - 1n, 0],
  ['the greatest number that a JavaScript number can hold', 2n ** 53n - 1n, RECORDS],
])('a strand with %s ends neither the check nor the log', async (_, id, readable) => {
  const { database, audit } = await createLog();
  database.exec(
    `INSERT INTO audit_strands SELECT ${id}, 'x', opened_at, previous, hash,
       anchor_seq, anchor_hash, anchor_seal, head_seq, head_hash, head_seal FROM audit_strands WHERE id = 1;
     INSERT INTO audit SELECT ${id}, seq, at, caller, body, previous, hash FROM audit WHERE strand = 1`,
  );
  expect(await findingsOf(database)).not.toEqual([]);
  for (let start = 1; start <= 2; start++)
    await recordEntry(await AuditLog.open(storeOf(database), SECRET, silent), start);
  expect(await audit.prune(createEntry(2).at)).toBe(true);
  const rows = rowsByTime(storeOf(database), { since: null, until: null, caller: null });
  // Two were added, and one was pruned.
  expect(await toArray(rows)).toHaveLength(STRANDS * RECORDS + readable + 1);
});
