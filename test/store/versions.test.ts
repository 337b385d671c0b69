import { spawn } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/util/clock.ts';
import { openDatabase, openReadOnly } from '../../src/store/sqlite/database.ts';
import { inTransaction } from '../../src/store/sqlite/transaction.ts';
import { STORE_MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { openStores, type Stores } from '../../src/store/open-store.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import {
  makeFirstVersionStore,
  makeUnversionedStore,
  readAll,
  UNVERSIONED_TABLES,
} from '../support/unversioned-store.ts';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const VERSION = STORE_MIGRATIONS.length;
const LIMITS = { maxInboxItems: 1, maxChannelInboxItems: 1 };
let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-versions-'));
  file = join(directory, 'gateway.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

/** Tables and indexes, with their columns. */
function shapeOf(database: DatabaseSync): unknown[] {
  return database
    .prepare(
      `SELECT s.type, s.name, s.tbl_name, c.name AS "column", c.type AS kind, c."notnull", c.dflt_value, c.pk
       FROM sqlite_schema AS s LEFT JOIN pragma_table_info(s.name) AS c ORDER BY s.type, s.name, c.cid`,
    )
    .all();
}

/** Writes nonsense over a part of a file. */
function damage(path: string, from: number, length: number): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x5a, from, from + length));
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function change(of: string, sql: string): void {
  using database = new DatabaseSync(of);
  database.exec(sql);
}

test('a new store is of the newest version', () => {
  using database = openDatabase(file, 'FULL');
  expect(versionOf(database)).toBe(VERSION);
});

/** Opens a store of an earlier version, and compares its tables with those of a new one, and its rows with what they were. */
function expectUpgraded(from: number): void {
  let before: Record<string, unknown[]>;
  {
    using raw = new DatabaseSync(file);
    before = readAll(raw);
    expect(versionOf(raw)).toBe(from);
  }
  using database = openDatabase(file, 'FULL');
  using fresh = openDatabase(':memory:', 'NORMAL');
  expect(versionOf(database)).toBe(VERSION);
  expect(shapeOf(database)).toEqual(shapeOf(fresh));
  const rows = readAll(database);
  const { audit = [], audit_marks: marks, ...others } = before;
  // Of no stream anything was erased.
  const streams = others['wecom_stream']?.map((row) => ({ ...(row as object), next_rank: 0 }));
  expect(Object.fromEntries(Object.keys(others).map((table) => [table, rows[table]]))).toEqual({
    ...others,
    ...(streams && { wecom_stream: streams }),
  });
  // What was recorded is the first strand, with its marks.
  expect(rows['audit']).toEqual(audit.map((row) => ({ strand: 0, ...(row as object) })));
  const expected = { id: 0, name: '', anchor_seq: 0, head_seq: 1, head_hash: 'hash', head_seal: 'seal' };
  expect(rows['audit_strands']).toEqual(marks ? [expect.objectContaining(expected)] : []);
}

test.each(UNVERSIONED_TABLES.map((_, index) => index + 1))(
  'a store from before versions opens with all that is in it, when it has the first %i parts of the tables',
  (parts) => {
    makeUnversionedStore(file, parts);
    expectUpgraded(0);
  },
);

test('a store of version 1 is brought to the newest with all that is in it', () => {
  makeFirstVersionStore(file);
  expectUpgraded(1);
});

test('an encrypted store from before versions opens with its key, and with no other', () => {
  openDatabase(file, 'FULL', KEY, [STORE_MIGRATIONS[0]]).close();
  change(file, 'DROP TABLE probe; PRAGMA user_version = 0');
  expect(() => openDatabase(file, 'FULL')).toThrow(`${file} is encrypted`);
  const another = createSecretKey(Buffer.alloc(32, 8));
  expect(() => openDatabase(file, 'FULL', another)).toThrow(`${file} was made with another key`);
  using database = openDatabase(file, 'FULL', KEY);
  expect(versionOf(database)).toBe(VERSION);
  expect(database.prepare('SELECT * FROM probe').all()).toEqual([]);
});

test.each([0, 1, VERSION, VERSION + 1])(
  'the database of another program is refused by its name and left as it is, also with the version %i of its own',
  (version) => {
    change(file, `CREATE TABLE notes (it TEXT); PRAGMA user_version = ${version}`);
    const before = readFileSync(file, 'base64');
    const problem = `${file} is the database of another program, with tables that this one has never made: name another file in store.location`;
    for (const open of [
      () => openDatabase(file, 'FULL'),
      () => openDatabase(file, 'FULL', KEY),
      () => openReadOnly(file, null),
    ])
      expect(open).toThrow(problem);
    expect(readFileSync(file, 'base64')).toBe(before);
  },
);

test('the database of another program in the place of the pages is never made anew', async () => {
  change(`${file}.pages`, 'CREATE TABLE notes (it TEXT)');
  const before = readFileSync(`${file}.pages`, 'base64');
  await expect(openBoth()).rejects.toThrow(`${file}.pages is the database of another program`);
  expect(readFileSync(`${file}.pages`, 'base64')).toBe(before);
});

test('a table of another shape is refused by its name, and left as it is', () => {
  change(file, 'CREATE TABLE tails (channel TEXT PRIMARY KEY, since INTEGER NOT NULL)');
  const before = readFileSync(file, 'base64');
  expect(() => openDatabase(file, 'FULL')).toThrow(
    `${file} has a table "tails" without the column "read_until", which no version of this program has made: name another file in store.location`,
  );
  expect(readFileSync(file, 'base64')).toBe(before);
});

test('a newer store is refused with both versions and what to do, whether it is written or only read', () => {
  openDatabase(file, 'FULL').close();
  change(file, `PRAGMA user_version = ${VERSION + 2}`);
  const problem = `${file} is of version ${VERSION + 2}, and this program knows versions up to ${VERSION}: a newer one has written it. Start that one, restore the backup from before the upgrade, or name another file in store.location`;
  expect(() => openDatabase(file, 'FULL')).toThrow(problem);
  expect(() => openReadOnly(file, null)).toThrow(problem);
  using raw = new DatabaseSync(file);
  expect(versionOf(raw)).toBe(VERSION + 2);
});

test('a store from before versions is not read before it has been brought up to date', () => {
  makeUnversionedStore(file);
  expect(() => openReadOnly(file, null)).toThrow(
    `${file} is of version 0, and this program's is ${VERSION}: start the gateway with it once, which migrates the file`,
  );
  openDatabase(file, 'FULL').close();
  using database = openReadOnly(file, null);
  expect(versionOf(database)).toBe(VERSION);
});

test('a change of the tables that fails leaves the store as it was, with all changes before it', () => {
  openDatabase(file, 'FULL').close();
  const next = [...STORE_MIGRATIONS, 'CREATE TABLE more (it TEXT)', 'CREATE TABLE oops (; '] as const;
  expect(() => openDatabase(file, 'FULL', null, next)).toThrow(
    `${file} could not be migrated from version ${VERSION + 1} to ${VERSION + 2}, and is unchanged: `,
  );
  using raw = new DatabaseSync(file);
  expect(versionOf(raw)).toBe(VERSION);
  expect(Object.keys(readAll(raw))).not.toContain('more');
});

test.each([
  ['new', '', () => undefined],
  ['new and encrypted', KEY.export().toString('hex'), () => undefined],
  ['from before versions', '', makeUnversionedStore],
] as const)(
  'processes that open a store at once all get it, when it is %s',
  async (_, key, make) => {
    make(file);
    const openers = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ['test/store/opener.ts', file, key], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      return { child, isWaiting: once(child.stdout, 'data'), closed: once(child, 'close') };
    });
    await Promise.all(openers.map(({ isWaiting }) => isWaiting));
    for (const { child } of openers) child.stdin.end('go');
    expect(await Promise.all(openers.map(({ closed }) => closed))).toEqual(openers.map(() => [0, null]));
    using database = openDatabase(file, 'FULL', key === '' ? null : KEY);
    const { count } =
      database.prepare("SELECT COUNT(*) AS count FROM tails WHERE channel LIKE 'process%'").get() ?? {};
    expect(count).toBe(openers.length);
  },
  60_000,
);

test('a store that another process is about to write to is waited for', async () => {
  openDatabase(file, 'FULL').close();
  using raw = new DatabaseSync(file);
  raw.exec('PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE');
  const child = spawn(process.execPath, ['test/store/opener.ts', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdin.end('go');
  await once(child.stdout, 'data');
  // It meets the lock meanwhile, or, on a slow machine, comes after it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  raw.exec('ROLLBACK');
  expect(await closed).toEqual([0, null]);
});

test('a full disk is reported as that, and the store can be written once there is room again', () => {
  using database = openDatabase(file, 'FULL');
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
  const fill = (): void => {
    inTransaction(database, () => {
      const insert = database.prepare('INSERT INTO settings VALUES (?, ?)');
      for (let index = 0; index < 100; index++) insert.run(`row ${index}`, 'x'.repeat(4_000));
    });
  };
  database.exec(`PRAGMA max_page_count = ${Number(pages) + 10}`);
  expect(fill).toThrow(
    expect.objectContaining({ errcode: 13, message: 'database or disk is full' }) as Error,
  );
  expect(database.prepare('SELECT * FROM settings').all()).toEqual([]);
  database.exec('PRAGMA max_page_count = 1000000');
  fill();
  expect(database.prepare('SELECT COUNT(*) AS count FROM settings').get()).toEqual({ count: 100 });
});

test.each([
  [
    'is no database',
    (path: string) => {
      writeFileSync(path, 'Not a database at all, but a text.'.repeat(100));
    },
  ],
  [
    'has a damaged header',
    (path: string) => {
      openDatabase(path, 'FULL').close();
      damage(path, 0, 64);
    },
  ],
  [
    'has a damaged schema',
    (path: string) => {
      openDatabase(path, 'FULL').close();
      damage(path, 100, 3_900);
    },
  ],
] as const)('a store that %s stops the start by its own name, and is left as it is', (_, make) => {
  make(file);
  const before = readFileSync(file, 'base64');
  expect(() => openDatabase(file, 'FULL')).toThrow(
    `${file} is damaged, or no database: restore it from a backup, or name another file in store.location`,
  );
  expect(readFileSync(file, 'base64')).toBe(before);
});

const NO_DATABASE = 'Not a database at all, but a text.'.repeat(100);

async function openBoth(): Promise<{ stores: Stores; warnings: unknown[] }> {
  const memory = createMemoryLog('warn');
  const stores = await openStores('sqlite:gateway.db', directory, null, {
    clock: systemClock,
    log: memory.log,
  });
  return {
    stores,
    warnings: memory.lines().map(({ level, msg, file: named }) => ({ level, msg, file: named })),
  };
}

test.each([
  [
    'is no database',
    (pages: string) => {
      writeFileSync(pages, NO_DATABASE);
    },
  ],
  [
    'has a damaged header',
    (pages: string) => {
      damage(pages, 0, 64);
    },
  ],
  [
    'has a damaged schema',
    (pages: string) => {
      damage(pages, 100, 3_900);
    },
  ],
  [
    'is of a newer program',
    (pages: string) => {
      change(pages, 'PRAGMA user_version = 99');
    },
  ],
  [
    'has a table of another shape',
    (pages: string) => {
      change(pages, 'DROP TABLE keyv; CREATE TABLE keyv (key TEXT); PRAGMA user_version = 0');
    },
  ],
] as const)('a cache of pages that %s is made anew, with a warning that names it', async (_, spoil) => {
  const pages = `${file}.pages`;
  const first = await openBoth();
  change(file, "INSERT INTO tails VALUES ('shop', 1, 2)");
  await first.stores.pages?.set('page', 'text');
  await first.stores.close();
  expect(first.warnings).toEqual([]);
  spoil(pages);
  const second = await openBoth();
  expect(second.warnings).toEqual([
    { level: 40, msg: 'The page cache could not be read; the gateway recreates it', file: pages },
  ]);
  expect(await second.stores.pages?.get('page')).toBeUndefined();
  await second.stores.pages?.set('page', 'another');
  expect(await second.stores.pages?.get('page')).toBe('another');
  const { tails } = await second.stores.store.openLive(LIMITS);
  expect(await tails.find('shop')).toEqual({ since: 1, readUntil: 2, reading: null });
  await second.stores.close();
  const third = await openBoth();
  expect(third.warnings).toEqual([]);
  await third.stores.close();
});

test('a cache that cannot be made stops the start by its own name', async () => {
  mkdirSync(`${file}.pages`);
  await expect(openBoth()).rejects.toThrow(`${file}.pages cannot be opened: `);
});

test.each([0o000, 0o022, 0o077])('no other user may read a store, under the umask %o', async (umask) => {
  const earlier = process.umask(umask);
  try {
    const { stores } = await openInside('new/data');
    expect(modeOf(join(directory, 'new'))).toBe('700');
    expect(modeOf(join(directory, 'new/data'))).toBe('700');
    expectPrivate('new/data');
    await stores.close();
  } finally {
    process.umask(earlier);
  }
});

test('the files of a store that others could read are closed to them; its directory is as it was', async () => {
  mkdirSync(join(directory, 'old'), { mode: 0o755 });
  chmodSync(join(directory, 'old'), 0o755);
  const earlier = await openInside('old');
  for (const name of readdirSync(join(directory, 'old'))) chmodSync(join(directory, 'old', name), 0o644);
  const { stores } = await openInside('old');
  expectPrivate('old');
  expect(modeOf(join(directory, 'old'))).toBe('755');
  await stores.close();
  await earlier.stores.close();
});

async function openInside(folder: string): Promise<{ stores: Stores }> {
  const { log } = createMemoryLog();
  const stores = await openStores(`sqlite:${folder}/gateway.db`, directory, null, {
    clock: systemClock,
    log,
  });
  const { tails } = await stores.store.openLive(LIMITS);
  await tails.begin('shop', 1);
  await stores.pages?.set('page', 'text');
  return { stores };
}

function expectPrivate(folder: string): void {
  const names = readdirSync(join(directory, folder)).sort();
  expect(names.map((name) => [name, modeOf(join(directory, folder, name))])).toEqual(
    ['', '-shm', '-wal', '.pages', '.pages-shm', '.pages-wal'].map((suffix) => [
      `gateway.db${suffix}`,
      '600',
    ]),
  );
}
