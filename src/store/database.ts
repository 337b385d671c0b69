import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

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
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA busy_timeout = 5000;`);
  return database;
}
