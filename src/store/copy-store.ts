import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { StoreError } from '../errors/store-error.ts';
import { isPostgres } from './location.ts';
import type { CopiedTable } from './postgres/copy.ts';
import { toArchiveFile } from './sqlite/archive/archives.ts';
import { ARCHIVE_MIGRATIONS } from './sqlite/archive/migrations.ts';
import { ArchiveTableRows } from './sqlite/archive/table-rows.ts';
import { openReadOnly, type Database } from './sqlite/database.ts';
import { SqliteTableRows } from './sqlite/table-rows.ts';
import { JoinedTableRows } from './table-rows.ts';

/**
 * Copies a store in SQLite, as it is at one moment, into a PostgreSQL database that has none yet, all of it or nothing. Cached pages
 * stay behind.
 *
 * @param directory base of a relative path
 * @param encryptionKey of the one, and then of the other; null: both are readable
 * @throws StoreError
 */
export async function copyStore(
  from: string,
  to: string,
  directory: string,
  encryptionKey: KeyObject | null,
  log: Logger,
): Promise<CopiedTable[]> {
  if (!from.startsWith('sqlite:') || !isPostgres(to))
    throw new StoreError('A store can be copied from sqlite:PATH to postgres://USER@HOST/DATABASE only');
  const file = resolve(directory, from.slice('sqlite:'.length));
  if (!existsSync(file)) throw new StoreError(`there is no file ${file}`);
  using database = openReadOnly(file, encryptionKey);
  using archive = openArchive(toArchiveFile(file), encryptionKey);
  // All tables as they are at one moment.
  for (const each of [database, archive]) each?.exec('BEGIN');
  const rows = [
    new SqliteTableRows(database),
    ...(archive ? [new ArchiveTableRows(archive, encryptionKey === null)] : []),
  ];
  const { copyIntoPostgres } = await import('./postgres/open.ts');
  return await copyIntoPostgres(to, encryptionKey, new JoinedTableRows(rows), log);
}

/** Null: nothing was ever archived. */
function openArchive(file: string, encryptionKey: KeyObject | null): Database | null {
  return existsSync(file) ? openReadOnly(file, encryptionKey, ARCHIVE_MIGRATIONS) : null;
}
