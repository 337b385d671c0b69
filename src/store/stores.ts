import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { resolve } from 'node:path';
import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { openDatabase } from './database.ts';
import { SqliteKeyv } from './sqlite-keyv.ts';

/** Where the gateway keeps things. */
export interface Stores {
  /** What must never be lost. */
  database: DatabaseSync;
  /** Pages of history that could be asked for again. */
  pages: Keyv;
  close(): void;
}

/** Behind the page store's own memory there is little to gain, so little room is given. */
const MEMORY_STORE_CHARACTERS = 32 * 1024 * 1024;

/**
 * @param location `memory:`, or `sqlite:` and the path of a file; pages are kept in a file beside it
 * @param directory what a relative path is relative to
 */
export function openStores(location: string, directory: string): Stores {
  if (location === 'memory:') {
    const database = openDatabase(':memory:', 'NORMAL');
    const memory = new LRUCache<string, string>({
      maxSize: MEMORY_STORE_CHARACTERS,
      sizeCalculation: (value) => Math.max(1, value.length),
    });
    return {
      database,
      pages: createKeyv(memory),
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
    pages: createKeyv(new SqliteKeyv(pageDatabase)),
    close: () => {
      database.close();
      pageDatabase.close();
    },
  };
}

/** Without `throwOnErrors` a broken store would look like an empty one. */
function createKeyv(store: unknown): Keyv {
  return new Keyv({ store, useKeyPrefix: false, throwOnErrors: true });
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
