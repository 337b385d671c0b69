import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Waiting for another process to finish writing keeps everybody waiting here. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Opens an embedded database; a missing file is made.
 *
 * @param location a file's path, or `:memory:`
 * @param durability `FULL`: what a transaction has committed survives a power cut. `NORMAL`: the last moments may be
 *   lost in one, at a fraction of the price; for caches
 */
export function openDatabase(location: string, durability: 'FULL' | 'NORMAL'): DatabaseSync {
  if (location !== ':memory:') mkdirSync(dirname(location), { recursive: true });
  const database = new DatabaseSync(location);
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};`,
  );
  return database;
}

/** Runs `change` as one transaction: all of it is kept, or, when it throws, nothing. */
export function inTransaction<T>(database: DatabaseSync, change: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = change();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
