import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SqlReader } from '../../src/store/sql.ts';
import { SqlStore } from '../../src/store/sql/sql-store.ts';
import { createMemoryArchives } from '../../src/store/sqlite/archive/archives.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { SqliteSql } from '../../src/store/sqlite/sqlite-sql.ts';

let directory = '';
let database: Database;
let sql: SqliteSql;
/** Another process's. */
let other: Database;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-sql-'));
  const file = join(directory, 'gateway.db');
  database = openDatabase(file, 'FULL');
  sql = new SqliteSql(database);
  other = openDatabase(file, 'FULL');
});
afterEach(async () => {
  other.close();
  await sql.close();
  rmSync(directory, { recursive: true });
});

const NAMES = 'SELECT name FROM settings ORDER BY name';
const committed = (): unknown[] =>
  other
    .prepare(NAMES)
    .all()
    .map(({ name }) => name);
const insert = (tx: SqlReader, name: string): Promise<unknown> =>
  tx.all('INSERT INTO settings (name, value) VALUES ($1, $2)', [name, 1]);
const add = (name: string): Promise<string> =>
  sql.unit(async (tx) => {
    await insert(tx, name);
    return name.toUpperCase();
  });

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('units that begin in one turn share a transaction, and each is told after its commit', async () => {
  const seen = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      sql
        .unit(async (tx) => {
          await insert(tx, name);
          return [...committed(), String((await tx.all(NAMES)).length)];
        })
        .then((inside) => [inside, committed()]),
    ),
  );
  expect(seen).toEqual([
    [['1'], ['a', 'b', 'c']],
    [['2'], ['a', 'b', 'c']],
    [['3'], ['a', 'b', 'c']],
  ]);
});

test('one that fails leaves nothing, and the others of its group are kept', async () => {
  const results = await Promise.allSettled(
    ['a', 'b', 'c'].map((name) =>
      sql.unit(async (tx) => {
        await insert(tx, name);
        if (name === 'b') throw new Error('not this one');
        return name;
      }),
    ),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(committed()).toEqual(['a', 'c']);
});

test('only a group of which one fails runs again, each of it in a savepoint', async () => {
  const exec = vi.spyOn(database, 'exec');
  const runs: string[] = [];
  const run = (name: string): Promise<unknown> =>
    sql.unit((tx) => {
      runs.push(name);
      return insert(tx, name);
    });
  await Promise.all(['a', 'b'].map(run));
  expect([runs, exec.mock.calls.flat()]).toEqual([
    ['a', 'b'],
    ['BEGIN IMMEDIATE', 'COMMIT'],
  ]);
  await expect(run('a')).rejects.toThrow('UNIQUE');
  expect(runs.splice(0)).toEqual(['a', 'b', 'a']);
  exec.mockClear();
  const results = await Promise.allSettled(['c', 'a', 'd'].map(run));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(runs).toEqual(['c', 'a', 'c', 'a', 'd']);
  const parts = exec.mock.calls.flat().filter((text) => text === 'SAVEPOINT part');
  expect([parts.length, committed()]).toEqual([3, ['a', 'b', 'c', 'd']]);
});

test.each(['a connection of its own', 'the only connection'])(
  'a reader with %s sees nothing of a unit that has not ended',
  async (which) => {
    const file = join(directory, 'another.db');
    const own = which === 'a connection of its own';
    const store = new SqliteSql(openDatabase(file, 'FULL'), ...(own ? [openDatabase(file, 'FULL')] : []));
    let outside: Promise<number> | undefined;
    await store.unit(async (tx) => {
      await insert(tx, 'a');
      outside = store.all(NAMES).then(({ length }) => length);
      for (let turn = 0; turn < 5; turn++) await tx.all(NAMES);
      await insert(tx, 'b');
    });
    expect(await outside).toBe(own ? 0 : 2);
    expect(await store.all(NAMES)).toHaveLength(2);
    await store.close();
  },
);

test('one that comes alone is written in the same turn of the event loop, without a timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  try {
    const written = add('a');
    await nextTurn();
    expect(committed()).toEqual(['a']);
    expect(await written).toBe('A');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a group is bounded, and what is over it is written in the next turns, in order', async () => {
  const groups = new Map<object, string[]>();
  const names = Array.from({ length: 250 }, (_, index) => `n${String(index).padStart(3, '0')}`);
  const results = names.map((name) =>
    sql.unit(async (tx) => {
      groups.set(tx.transaction, [...(groups.get(tx.transaction) ?? []), name]);
      await insert(tx, name);
      return name;
    }),
  );
  expect(await Promise.all(results)).toEqual(names);
  expect([...groups.values()].map(({ length }) => length)).toEqual([100, 100, 50]);
  expect([...groups.values()].flat()).toEqual(names);
});

test('what comes while it is written, or because it was, goes with the next group', async () => {
  const exec = vi.spyOn(database, 'exec');
  const second = add('a').then(() => Promise.all([add('b'), add('c')]));
  expect(await second).toEqual(['B', 'C']);
  expect(exec.mock.calls.filter(([text]) => text === 'COMMIT')).toHaveLength(2);
});

test('one that breaks a constraint fails, and the others of its group do not', async () => {
  await add('a');
  const results = await Promise.allSettled(['x', 'a', 'y'].map(add));
  expect(results).toMatchObject([
    { status: 'fulfilled', value: 'X' },
    { status: 'rejected', reason: { message: 'UNIQUE constraint failed: settings.name' } },
    { status: 'fulfilled', value: 'Y' },
  ]);
  expect(committed()).toEqual(['a', 'x', 'y']);
});

test('when the commit fails, all of the group fail with its error, and can be written again', async () => {
  database.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER orphans AFTER INSERT ON settings BEGIN INSERT INTO children VALUES (1); END;
  `);
  const failed = await Promise.allSettled(['a', 'b'].map(add));
  const reason: unknown = expect.objectContaining({ message: 'FOREIGN KEY constraint failed' });
  expect(failed).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  expect(database.isTransaction).toBe(false);
  expect(committed()).toEqual([]);
  database.exec('DROP TRIGGER orphans');
  expect(await Promise.all(['a', 'b'].map(add))).toEqual(['A', 'B']);
});

test('when the disk is full, all of the group fail, and can be written once there is room', async () => {
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
  database.exec(`PRAGMA max_page_count = ${Number(pages)}`);
  const names = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(1_000)}`);
  const failed = await Promise.allSettled(names.map(add));
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(failed[0]).toMatchObject({ reason: { message: 'database or disk is full' } });
  expect([committed(), database.isTransaction]).toEqual([[], false]);
  database.exec('PRAGMA max_page_count = 1000000');
  await Promise.all(names.map(add));
  expect(committed()).toHaveLength(60);
});

test('when one ends the whole transaction, the error of that one is the error of all, and nothing is written', async () => {
  const results = await Promise.allSettled(
    ['a', 'b', 'c'].map((name) =>
      sql.unit(async (tx) => {
        await insert(tx, name);
        if (name !== 'b') return;
        database.exec('ROLLBACK');
        throw new Error('the cause');
      }),
    ),
  );
  const reason: unknown = expect.objectContaining({ message: 'the cause' });
  expect(results).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason })));
  expect(committed()).toEqual([]);
});

test('while another process writes, a group waits for it, and takes up what comes meanwhile', async () => {
  database.exec('PRAGMA busy_timeout = 1');
  const exec = vi.spyOn(database, 'exec');
  other.exec('BEGIN IMMEDIATE');
  const first = add('a');
  await nextTurn();
  const second = add('b');
  other.exec('COMMIT');
  expect(await Promise.all([first, second])).toEqual(['A', 'B']);
  expect(exec.mock.calls.filter(([text]) => text === 'COMMIT')).toHaveLength(1);
});

test('when another process does not stop writing, the group fails, and the next one is written', async () => {
  database.exec('PRAGMA busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  await expect(add('a')).rejects.toThrow('database is locked');
  other.exec('ROLLBACK');
  expect(await add('b')).toBe('B');
  expect(committed()).toEqual(['b']);
});

test('one that must not wait fails while another process is writing, and the others of its group wait', async () => {
  database.exec('PRAGMA busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  const patient = add('a');
  await expect(sql.unit((tx) => insert(tx, 'b'), { isUrgent: true })).rejects.toThrow('database is locked');
  other.exec('COMMIT');
  expect(await patient).toBe('A');
  expect(committed()).toEqual(['a']);
});

test('the probe of the store tries once, so that it answers while another process does not stop writing', async () => {
  database.exec('PRAGMA busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  const exec = vi.spyOn(database, 'exec');
  await expect(
    new SqlStore(sql, database.vault, createMemoryArchives()).probe.writeAndRead(1),
  ).rejects.toThrow('database is locked');
  expect(exec.mock.calls).toEqual([['BEGIN IMMEDIATE']]);
  other.exec('ROLLBACK');
});

test('only a group of units that all may wait for a later sync is not synced, and what follows is', async () => {
  const synchronous = async (tx: SqlReader): Promise<unknown> =>
    (await tx.all('PRAGMA synchronous'))[0]?.['synchronous'];
  const [normal, full] = [1, 2];
  const lazy = { isLazy: true };
  expect(await Promise.all([sql.unit(synchronous, lazy), sql.unit(synchronous, lazy)])).toEqual([
    normal,
    normal,
  ]);
  expect(await Promise.all([sql.unit(synchronous, lazy), sql.unit(synchronous)])).toEqual([full, full]);
  await expect(sql.unit(() => Promise.reject(new Error('not this one')), lazy)).rejects.toThrow();
  expect(await sql.unit(synchronous)).toBe(full);
});

test('its own writes do not change the version of what others have written, and theirs do', async () => {
  const version = await sql.foreignVersion();
  await add('a');
  expect(await sql.foreignVersion()).toBe(version);
  other.exec("INSERT INTO settings (name, value) VALUES ('b', 1)");
  // One who knows of it asks in another turn of the event loop.
  await new Promise(setImmediate);
  expect(await sql.foreignVersion()).not.toBe(version);
});

test('a closed store rejects', async () => {
  await sql.close();
  await expect(add('a')).rejects.toThrow('database is not open');
  await expect(sql.all(NAMES)).rejects.toThrow();
  sql = new SqliteSql(openDatabase(join(directory, 'gateway.db'), 'FULL'));
});

test('it waits for another process that is writing', async () => {
  other.exec('BEGIN IMMEDIATE');
  const written = sql.unit((tx) => insert(tx, 'a'));
  setTimeout(() => {
    other.exec('COMMIT');
  }, 300);
  await written;
  expect(committed()).toEqual(['a']);
});

test('a unit that has ended can write no more', async () => {
  let kept: SqlReader | undefined;
  await sql.unit((tx) => {
    kept = tx;
    return Promise.resolve();
  });
  await expect(kept?.all(NAMES)).rejects.toThrow('The unit has ended');
});

test('what is waiting when it closes is written before', async () => {
  const written = sql.unit((tx) => insert(tx, 'a'));
  const closing = sql.close();
  await written;
  await closing;
  expect(committed()).toEqual(['a']);
  sql = new SqliteSql(openDatabase(join(directory, 'gateway.db'), 'FULL'));
});
