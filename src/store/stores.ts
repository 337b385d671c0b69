import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { resolve } from 'node:path';
import Keyv from 'keyv';
import { openDatabase } from './database.ts';
import { SqliteKeyv } from './sqlite-keyv.ts';

/** Where the gateway keeps things. */
export interface Stores {
  /** What must never be lost. */
  database: DatabaseSync;
  /** Pages of history that could be asked for again; null: the page store's own memory is all there is. */
  pages: Keyv | null;
  close(): void;
}

/**
 * @param location `memory:`, or `sqlite:` and the path of a file; pages are kept in a file beside it
 * @param directory what a relative path is relative to
 */
export function openStores(location: string, directory: string): Stores {
  if (location === 'memory:') {
    const database = openDatabase(':memory:', 'NORMAL');
    return {
      database,
      pages: null,
      close: () => {
        database.close();
      },
    };
  }
  const file = resolve(directory, location.slice('sqlite:'.length));
  const database = openDatabase(file, 'FULL');
  const pageDatabase = openDatabase(`${file}.pages`, 'NORMAL');
  return {
    database,
    // Without `throwOnErrors` a broken store would look like an empty one.
    pages: new Keyv({ store: new SqliteKeyv(pageDatabase), useKeyPrefix: false, throwOnErrors: true }),
    close: () => {
      database.close();
      pageDatabase.close();
    },
  };
}

/** The secret that seals cursors and ids when the configuration has none: made once, the same ever after. */
export function loadOrMakeSecret(database: DatabaseSync): Buffer {
  database.exec(
    'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID',
  );
  database
    .prepare('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)')
    .run('secret', randomBytes(32));
  const value = database.prepare('SELECT value FROM settings WHERE name = ?').get('secret')?.['value'];
  if (!(value instanceof Uint8Array)) throw new Error('The secret in the store is not readable');
  return Buffer.from(value);
}
