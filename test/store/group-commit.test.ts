import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inSavepoint, openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { GroupCommit } from '../../src/store/sqlite/group-commit.ts';

let directory = '';
let database: Database;
let other: Database;
let commits: GroupCommit<string, string>;
/** The groups, as they were handed to the writer. */
let groups: string[][] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-groups-'));
  const file = join(directory, 'gateway.db');
  database = openDatabase(file, 'FULL');
  other = openDatabase(file, 'FULL');
  groups = [];
  const insert = database.prepare('INSERT INTO settings (name, value) VALUES (?, 1)');
  commits = new GroupCommit(database, (names) => {
    groups.push(names);
    return names.map((name) =>
      inSavepoint(database, () => {
        insert.run(name);
        return name.toUpperCase();
      }),
    );
  });
});
afterEach(() => {
  database.close();
  other.close();
  rmSync(directory, { recursive: true });
});

/** What another process sees. */
function committed(): unknown[] {
  return other
    .prepare('SELECT name FROM settings ORDER BY name')
    .all()
    .map(({ name }) => name);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('what is added in one turn of the event loop is one transaction, and each is told after its commit', async () => {
  const seen = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => [await commits.add(name), [...committed()].sort()]),
  );
  expect(seen).toEqual(['A', 'B', 'C'].map((result) => [result, ['a', 'b', 'c']]));
  expect(groups).toEqual([['a', 'b', 'c']]);
});

test('one that comes alone is written in the same turn of the event loop, without a timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  try {
    const written = commits.add('a');
    await nextTurn();
    expect(committed()).toEqual(['a']);
    expect(await written).toBe('A');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a group is bounded, and what is over it is written in the next turns, in order', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `n${String(index).padStart(3, '0')}`);
  expect(await Promise.all(names.map((name) => commits.add(name)))).toEqual(
    names.map((name) => name.toUpperCase()),
  );
  expect(groups.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(groups.flat()).toEqual(names);
});

test('what comes while it is written, or because it was, goes with the next group', async () => {
  const second = commits.add('a').then(() => Promise.all([commits.add('b'), commits.add('c')]));
  expect(await second).toEqual(['B', 'C']);
  expect(groups).toEqual([['a'], ['b', 'c']]);
});

test('one that breaks a constraint fails, and the others of its group do not', async () => {
  await commits.add('a');
  const results = await Promise.allSettled(['x', 'a', 'y'].map((name) => commits.add(name)));
  expect(results).toMatchObject([
    { status: 'fulfilled', value: 'X' },
    { status: 'rejected', reason: { message: 'UNIQUE constraint failed: settings.name' } },
    { status: 'fulfilled', value: 'Y' },
  ]);
  expect([...committed()].sort()).toEqual(['a', 'x', 'y']);
});

test('when the commit fails, all of the group fail with its error, and can be written again', async () => {
  database.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER orphans AFTER INSERT ON settings BEGIN INSERT INTO children VALUES (1); END;
  `);
  const failed = await Promise.allSettled(['a', 'b'].map((name) => commits.add(name)));
  const reason: unknown = expect.objectContaining({ message: 'FOREIGN KEY constraint failed' });
  expect(failed).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  expect(database.isTransaction).toBe(false);
  expect(committed()).toEqual([]);
  database.exec('DROP TRIGGER orphans');
  expect(await Promise.all(['a', 'b'].map((name) => commits.add(name)))).toEqual(['A', 'B']);
});

test('when the disk is full, all of the group fail, and can be written once there is room', async () => {
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
  database.exec(`PRAGMA max_page_count = ${Number(pages)}`);
  const names = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(1_000)}`);
  const failed = await Promise.allSettled(names.map((name) => commits.add(name)));
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(failed[0]).toMatchObject({ reason: { message: 'database or disk is full' } });
  expect([committed(), database.isTransaction]).toEqual([[], false]);
  database.exec('PRAGMA max_page_count = 1000000');
  await Promise.all(names.map((name) => commits.add(name)));
  expect(committed()).toHaveLength(60);
});

test('when one ends the whole transaction, the error of that one is the error of all, and nothing is written', async () => {
  const broken = new GroupCommit(database, (names: string[]) =>
    names.map((name) =>
      inSavepoint(database, () => {
        database.prepare('INSERT INTO settings (name, value) VALUES (?, 1)').run(name);
        if (name !== 'b') return;
        database.exec('ROLLBACK');
        throw new Error('the cause');
      }),
    ),
  );
  const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => broken.add(name)));
  const reason: unknown = expect.objectContaining({ message: 'the cause' });
  expect(results).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason })));
  expect(committed()).toEqual([]);
});

test('while another process writes, a group waits for it, and takes up what comes meanwhile', async () => {
  database.exec('PRAGMA busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  const first = commits.add('a');
  await nextTurn();
  const second = commits.add('b');
  other.exec('COMMIT');
  expect(await Promise.all([first, second])).toEqual(['A', 'B']);
  expect(groups).toEqual([['a', 'b']]);
});

test('when another process does not stop writing, the group fails, and the next one is written', async () => {
  database.exec('PRAGMA busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  await expect(commits.add('a')).rejects.toThrow('database is locked');
  other.exec('ROLLBACK');
  expect(await commits.add('b')).toBe('B');
  expect(committed()).toEqual(['b']);
});

test('closing waits until everything is written', async () => {
  const written = ['a', 'b'].map((name) => commits.add(name));
  await commits.close();
  expect(committed()).toEqual(['a', 'b']);
  await Promise.all(written);
  await commits.close();
});
