import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../errors/store-error.ts';
import { openDatabase } from './database.ts';
import type { Migrations } from './migrations.ts';

const WAIT_MS = 30_000;
const ATTEMPTS = 300;
const PAUSE_MS = 100;

/**
 * Writes a file anew without what was deleted in it, and empties its log. Others may have it open, and write before and after.
 *
 * @throws StoreError when others read from it all the time, so that its log cannot be emptied
 */
export async function scrubFile(
  file: string,
  encryptionKey: KeyObject | null,
  migrations: Migrations,
): Promise<void> {
  if (!existsSync(file)) return;
  using database = openDatabase(file, 'FULL', encryptionKey, migrations);
  database.exec(`PRAGMA busy_timeout = ${WAIT_MS}; PRAGMA secure_delete = ON`);
  const indexes = database.prepare(
    "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'",
  );
  // Deleted terms stay in an index until its parts are merged.
  for (const { name } of indexes.all())
    database.exec(`INSERT INTO ${String(name)} (${String(name)}) VALUES ('optimize')`);
  database.exec('VACUUM');
  for (let attempt = 1; ; attempt++) {
    const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (result?.['busy'] === 0) return;
    if (attempt === ATTEMPTS) throw new StoreError(`${file}: its log could not be emptied while it is read`);
    await sleep(PAUSE_MS);
  }
}
