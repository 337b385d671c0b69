import { DatabaseSync } from 'node:sqlite';
import type { Migrations } from './migrations.ts';
import { StoreError, UnreadableStoreError } from '../../errors/store-error.ts';

/**
 * A store without a version has version 0: it is new, or older than versions are.
 *
 * @throws StoreError when the file is another program's
 * @throws UnreadableStoreError when the store is of a newer version of this program
 */
export function readVersion(database: DatabaseSync, file: string, migrations: Migrations): number {
  checkOwn(database, file, migrations[0]);
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version <= migrations.length) return version;
  throw new UnreadableStoreError(
    `${file} is of version ${version}, and this program knows versions up to ${migrations.length}: a newer one has written it. Start that one, restore the backup from before the upgrade, or name another file in store.location`,
  );
}

/**
 * Migrates the tables to the newest version. Call it in a transaction, which keeps all of it or nothing.
 *
 * @throws StoreError
 */
export function migrate(database: DatabaseSync, file: string, migrations: Migrations): void {
  const version = readVersion(database, file, migrations);
  if (version === 0) checkUnversioned(database, file, migrations[0]);
  for (const [index, change] of migrations.entries()) {
    if (index < version) continue;
    try {
      database.exec(`${change}; PRAGMA user_version = ${index + 1}`);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new StoreError(
        `${file} could not be migrated from version ${index} to ${index + 1}, and is unchanged: ${problem}`,
        { cause: error },
      );
    }
  }
}

/** Other programs number their versions too, so only the tables show whose file it is. */
function checkOwn(database: DatabaseSync, file: string, first: string): void {
  const found = [...columnsOf(database).keys()].filter((name) => !name.startsWith('sqlite_'));
  const own = new Set([...columnsMadeBy(first).keys(), 'encryption']);
  if (found.length === 0 || found.some((name) => own.has(name))) return;
  throw new StoreError(
    `${file} is the database of another program, with tables that this one has never made: name another file in store.location`,
  );
}

/** The tables of a store without a version must be as the first version has them: nothing else was ever written. */
function checkUnversioned(database: DatabaseSync, file: string, first: string): void {
  const found = columnsOf(database);
  for (const [table, columns] of columnsMadeBy(first)) {
    const own = found.get(table);
    const missing = own && [...columns].find((column) => !own.has(column));
    if (missing === undefined) continue;
    throw new UnreadableStoreError(
      `${file} has a table "${table}" without the column "${missing}", which no version of this program has made: name another file in store.location`,
    );
  }
}

/** By the migration, of which there are two: they are made in a database of their own to be looked at. */
const made = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();

function columnsMadeBy(change: string): ReadonlyMap<string, ReadonlySet<string>> {
  const known = made.get(change);
  if (known) return known;
  using database = new DatabaseSync(':memory:');
  database.exec(change);
  const columns = columnsOf(database);
  made.set(change, columns);
  return columns;
}

function columnsOf(database: DatabaseSync): Map<string, Set<string>> {
  const rows = database
    .prepare(
      `SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
       WHERE t.type = 'table'`,
    )
    .all();
  const columns = new Map<string, Set<string>>();
  for (const { table, column } of rows) {
    const name = String(table);
    columns.set(name, (columns.get(name) ?? new Set()).add(String(column)));
  }
  return columns;
}
