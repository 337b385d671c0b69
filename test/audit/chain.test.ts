import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog, type KnownHead } from '../../src/audit/verify.ts';
import type { AuditFilter, AuditStore } from '../../src/store/store.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { isOnServer, openTestStore, toBytes, type TestStore } from '../support/test-store.ts';
import { toArray } from '../support/to-array.ts';
import { createEntry, recordEntry } from './entries.ts';

const SECRET = Buffer.alloc(32, 7);
/** Each of a process of its own; the last one still writes. */
const STRANDS = 3;
/** In each strand. */
const RECORDS = 12;
const silent = pino({ enabled: false });

async function createLog(records = RECORDS): Promise<{ database: TestStore; audit: AuditLog }> {
  const database = openTestStore();
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

/** As another process has it. */
function storeOf(database: TestStore): AuditStore {
  return database.another().audit;
}

async function headsOf(database: TestStore): Promise<KnownHead[]> {
  const strands = await storeOf(database).strands();
  return strands.map(({ id, head: { seq, hash } }) => ({ strand: id, seq, hash }));
}

async function findingsOf(database: TestStore, known: KnownHead[] = []): Promise<string[]> {
  return (await verifyLog(storeOf(database), new AuditSeal(SECRET), known)).findings;
}

/** An attacker who can change the store, but does not know the secret. */
const place = fc.integer({ min: 1, max: RECORDS });
const strand = fc.integer({ min: 1, max: STRANDS });
const two = (numbers: fc.Arbitrary<number>): fc.Arbitrary<[number, number]> =>
  fc.tuple(numbers, numbers).filter(([a, b]) => a !== b);
const value = fc.oneof(fc.string(), fc.integer(), fc.bigInt({ min: 0n, max: 2n ** 62n }));
const toNumber = (from: unknown): number => 100 + Number(BigInt.asUintN(16, BigInt(String(from).length)));
const STRAND_TEXTS = ['name', 'previous', 'hash', 'anchor_hash', 'anchor_seal', 'head_hash', 'head_seal'];
const STRAND_NUMBERS = ['id', 'opened_at', 'anchor_seq', 'head_seq'];
const LOOSE = ['at', 'opened_at', 'anchor_seq', 'head_seq'];

/** A statement, or several. */
const damage: Record<string, fc.Arbitrary<string>> = {
  'edit a record': fc
    .tuple(fc.constantFrom('strand', 'seq', 'at', 'caller', 'body', 'previous', 'hash'), strand, place, value)
    .map(
      ([column, of, seq, to]) =>
        `UPDATE audit SET ${column} = ${literal(column, to)} WHERE strand = ${of} AND seq = ${seq}`,
    ),
  'change one character of a record': fc
    .tuple(fc.constantFrom('caller', 'body', 'previous', 'hash'), strand, place, fc.nat(300))
    .map(
      ([column, of, seq, at]) =>
        `UPDATE audit SET ${column} = substr(${column}, 1, ${at} % (length(${column}) + 1)) || '~' || substr(${column}, ${at} % (length(${column}) + 1) + 2)
         WHERE strand = ${of} AND seq = ${seq}`,
    ),
  'take out records': fc
    .tuple(strand, place, place)
    .map(
      ([of, a, b]) =>
        `DELETE FROM audit WHERE strand = ${of} AND seq BETWEEN ${Math.min(a, b)} AND ${Math.max(a, b)}`,
    ),
  'cut the newest of a strand off': fc
    .tuple(strand, place)
    .map(([of, seq]) => `DELETE FROM audit WHERE strand = ${of} AND seq >= ${seq}`),
  'put a copy in': fc
    .tuple(
      fc.integer({ min: 0, max: STRANDS + 1 }),
      strand,
      place,
      fc.integer({ min: -3, max: RECORDS + 3 }).filter((seq) => seq < 1 || seq > RECORDS),
    )
    .map(([to, from, seq, toSeq]) => copyRecords(`${to}`, `${toSeq}`, `strand = ${from} AND seq = ${seq}`)),
  'swap two records': fc.tuple(strand, two(place)).map(
    ([of, [a, b]]) =>
      `UPDATE audit SET (at, caller, body, previous, hash) =
         (SELECT at, caller, body, previous, hash FROM audit AS other
          WHERE other.strand = audit.strand AND other.seq = ${a} + ${b} - audit.seq)
       WHERE strand = ${of} AND seq IN (${a}, ${b})`,
  ),
  'swap the records of two strands': two(strand).map(
    ([a, b]) =>
      `UPDATE audit SET (at, caller, body, previous, hash) =
         (SELECT at, caller, body, previous, hash FROM audit AS other
          WHERE other.strand = ${a} + ${b} - audit.strand AND other.seq = audit.seq)
       WHERE strand IN (${a}, ${b})`,
  ),
  'change a strand': fc
    .tuple(fc.constantFrom(...STRAND_TEXTS, ...STRAND_NUMBERS), strand, value)
    .map(
      ([column, id, to]) => `UPDATE audit_strands SET ${column} = ${literal(column, to)} WHERE id = ${id}`,
    ),
  'take out a strand, and maybe its records': fc
    .tuple(strand, fc.boolean())
    .map(
      ([id, whole]) =>
        `DELETE FROM audit_strands WHERE id = ${id}; ${whole ? `DELETE FROM audit WHERE strand = ${id}` : ''}`,
    ),
  'swap two strands': two(strand).map(
    ([a, b]) =>
      `UPDATE audit_strands SET id = -id WHERE id IN (${a}, ${b});
       UPDATE audit_strands SET id = ${a} + ${b} + id WHERE id < 0;
       UPDATE audit SET strand = -strand WHERE strand IN (${a}, ${b});
       UPDATE audit SET strand = ${a} + ${b} + strand WHERE strand < 0`,
  ),
  'put a copy of a strand in': fc
    .tuple(fc.constantFrom(0, STRANDS + 1, STRANDS + 2), strand)
    .map(([to, from]) => copyStrand(`${to}`, 'copy', from)),
  'give a strand the marks of another': fc.tuple(two(strand), fc.boolean()).map(
    ([[to, from], emptied]) =>
      `UPDATE audit_strands SET (anchor_seq, anchor_hash, anchor_seal, head_seq, head_hash, head_seal) =
         (SELECT anchor_seq, anchor_hash, anchor_seal, ${emptied ? 'anchor_seq, anchor_hash, anchor_seal' : 'head_seq, head_hash, head_seal'}
          FROM audit_strands AS other WHERE other.id = ${from})
       WHERE id = ${to}; ${emptied ? `DELETE FROM audit WHERE strand = ${to}` : ''}`,
  ),
  'change the mark of the newest strand': fc.constantFrom(
    'UPDATE audit_end SET strand = strand * 10 + 1',
    "UPDATE audit_end SET hash = hash || '1'",
    "UPDATE audit_end SET seal = seal || '1'",
  ),
  'take out the mark of the newest strand': fc.constant('DELETE FROM audit_end'),
};
const EVERYTHING =
  'DELETE FROM audit; DELETE FROM audit_callers; DELETE FROM audit_strands; DELETE FROM audit_end';

/** A value of a column, and never one that another row must not have. SQLite puts texts into columns of numbers, too. */
function literal(column: string, to: string | number | bigint): string {
  const text = `'${String(to).replaceAll("'", "''")}'`;
  if (LOOSE.includes(column) && !isOnServer) return typeof to === 'string' ? text : String(to);
  if (['strand', 'seq', 'id', ...LOOSE].includes(column)) return String(toNumber(to));
  return column === 'body' ? toBytes(text) : text;
}

function copyRecords(strand: string, seq: string, of: string): string {
  return `INSERT INTO audit (strand, seq, at, caller, body, previous, hash)
          SELECT ${strand}, ${seq}, at, caller, body, previous, hash FROM audit WHERE ${of}`;
}

function copyStrand(to: string, name: string, from: number): string {
  const columns = `opened_at, previous, hash, anchor_seq, anchor_hash, anchor_seal, head_seq, head_hash, head_seal`;
  return `INSERT INTO audit_strands (id, name, ${columns})
          SELECT ${to}, '${name}', ${columns} FROM audit_strands WHERE id = ${from}`;
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
        const before = await dump(database);
        await database.run(change);
        if ((await dump(database)) === before) return;
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
    await database.run(EVERYTHING);
    if (begun > 0) await recordEntry(await AuditLog.open(storeOf(database), SECRET, silent), 1);
    await append(audit, RECORDS + 1, RECORDS + 1);
    await append(await AuditLog.open(storeOf(database), SECRET, silent), 1, 1);
    expect(await findingsOf(database)).toEqual([finding]);
  },
);

test.runIf(!isOnServer).each(["''", "' '", "'0x0'", "'-0'"])(
  '%s in the place of a 0 is found',
  async (text) => {
    const { database } = await createLog();
    const before = await dump(database);
    await database.run(`UPDATE audit_strands SET anchor_seq = ${text} WHERE anchor_seq = 0`);
    expect((await dump(database)) === before || (await findingsOf(database)).length > 0).toBe(true);
  },
);

const COLUMNS = {
  audit: ['strand', 'seq', 'at', 'caller', 'body', 'previous', 'hash'],
  audit_strands: [...STRAND_NUMBERS, ...STRAND_TEXTS],
  audit_end: ['strand', 'hash', 'seal'],
};

async function dump(database: TestStore): Promise<string> {
  const tables = Object.entries(COLUMNS).map(async ([table, columns]) => {
    // Numbers may be greater than those of JavaScript.
    const texts = columns.map((column) => `CAST(${column} AS text) AS ${column}`);
    const rows = await database.sql.all(`SELECT ${texts.join(', ')} FROM ${table} ORDER BY 1, 2`);
    return rows.map((row) => Object.values(row).join('|'));
  });
  return (await Promise.all(tables)).flat().join('\n');
}

test('what was changed is named', async () => {
  const { database } = await createLog();
  await database.run(
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
  await database.run('DELETE FROM audit_strands WHERE id = 3');
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
  const [old] = await database.sql.all(
    'SELECT head_seq, head_hash, head_seal FROM audit_strands WHERE id = 3',
  );
  await append(audit, RECORDS + 1, RECORDS + 5);
  const exported = await headsOf(database);
  await database.run(`DELETE FROM audit WHERE strand = 3 AND seq > ${RECORDS}`);
  await database.sql.all(
    'UPDATE audit_strands SET head_seq = $1, head_hash = $2, head_seal = $3 WHERE id = 3',
    [Number(old?.['head_seq']), String(old?.['head_hash']), String(old?.['head_seal'])],
  );
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
  const firsts = 'SELECT strand, MIN(seq) AS first FROM audit GROUP BY strand ORDER BY strand';
  expect(await database.sql.all(firsts)).toEqual([1, 2, 3].map((strand) => ({ strand, first: 5 })));
  expect(await findingsOf(database, exported)).toEqual([]);
  expect(await pruneAll(createEntry(100).at)).toBe(STRANDS);
  expect(await database.sql.all('SELECT COUNT(*) AS count FROM audit')).toEqual([{ count: 0 }]);
  expect(await findingsOf(database, exported)).toEqual([]);
  await append(audit, 20, 21);
  expect(await audit.count()).toBe(STRANDS * RECORDS + 2);
  expect(await findingsOf(database, exported)).toEqual([]);
});

test('the records of all strands are listed in the order of time', async () => {
  const database = openTestStore();
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
  const database = openTestStore();
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
  await database.run("UPDATE audit SET caller = 'none' WHERE strand = 2 AND seq = 2");
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
  await database.run('ALTER TABLE audit RENAME TO elsewhere');
  await expect(recordEntry(audit, 13)).rejects.toThrow(/audit/);
  await database.run('ALTER TABLE elsewhere RENAME TO audit');
  await recordEntry(audit, 14);
  expect(await findingsOf(database)).toEqual([]);
  expect(await audit.count()).toBe(STRANDS * RECORDS + 1);
});

test('a record with the greatest number that there can be does not end the check', async () => {
  const { database, audit } = await createLog(0);
  await Promise.all(Array.from({ length: 999 }, (_, number) => recordEntry(audit, number)));
  await database.run(copyRecords('strand', '9223372036854775807', 'seq = 999'));
  expect(await findingsOf(database)).not.toEqual([]);
});

test.each([
  ['the greatest number that there can be', 2n ** 63n - 1n, 0],
  ['the greatest number that a JavaScript number can hold', 2n ** 53n - 1n, RECORDS],
])('a strand with %s ends neither the check nor the log', async (_, id, readable) => {
  const { database, audit } = await createLog();
  await database.run(`${copyStrand(`${id}`, 'x', 1)}; ${copyRecords(`${id}`, 'seq', 'strand = 1')}`);
  expect(await findingsOf(database)).not.toEqual([]);
  for (let start = 1; start <= 2; start++)
    await recordEntry(await AuditLog.open(storeOf(database), SECRET, silent), start);
  expect(await audit.prune(createEntry(2).at)).toBe(true);
  const rows = rowsByTime(storeOf(database), { since: null, until: null, caller: null });
  // Two were added, and one was pruned.
  expect(await toArray(rows)).toHaveLength(STRANDS * RECORDS + readable + 1);
});
