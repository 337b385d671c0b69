import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../errors/store-error.ts';
import { openDatabase } from './database.ts';
import type { Migrations } from './migrations.ts';

const WAIT_MS = 30_000;
/** While it waits for readers, no other process can write: shorter than a gateway waits for a write. */
const CHECKPOINT_MS = 100;
const PAUSE_MS = 400;
/** A minute in all. */
const ATTEMPTS = 120;

/**
 * Writes a file anew without what was deleted in it, and empties its log. Others may have it open, and write before and after.
 *
 * @param attempts how many times half a second it waits for others who read from it
 * @throws StoreError when one of them reads on, so that its log cannot be emptied
 */
export async function scrubFile(
  file: string,
  encryptionKey: KeyObject | null,
  migrations: Migrations,
  attempts = ATTEMPTS,
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
  database.exec(`PRAGMA busy_timeout = ${CHECKPOINT_MS}`);
  for (let attempt = 1; ; attempt++) {
    // What can be copied out of the log without keeping others from writing.
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (result?.['busy'] === 0) return;
    if (attempt >= attempts)
      throw new StoreError(
        `${file}: its log could not be emptied, since a program has been reading from it all the time, such as a backup or an open shell: end that`,
      );
    await sleep(PAUSE_MS);
  }
}
