import { randomBytes, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Keyv from 'keyv';
import { ConfigError } from '../config-error.ts';
import { openDatabase, openReadOnly, type Database } from './database.ts';
import { SqliteKeyv } from './sqlite-keyv.ts';

/** Where the gateway keeps things. */
export interface Stores {
  /** What must never be lost. */
  database: Database;
  /** Pages of history that could be asked for again; null: the page store's own memory is all there is. */
  pages: Keyv | null;
  close(): void;
}

/**
 * @param location `memory:`, or `sqlite:` and the path of a file; pages are kept in a file beside it
 * @param directory what a relative path is relative to
 * @param encryptionKey 32 bytes; null: the files can be read by whoever has them
 * @throws Error when a file cannot be opened, or not with this key
 */
export function openStores(location: string, directory: string, encryptionKey: KeyObject | null): Stores {
  if (location === 'memory:') {
    const database = openDatabase(':memory:', 'NORMAL', encryptionKey);
    return {
      database,
      pages: null,
      close: () => {
        database.close();
      },
    };
  }
  const file = toFile(location, directory);
  const database = openDatabase(file, 'FULL', encryptionKey);
  const pageDatabase = openDatabase(`${file}.pages`, 'NORMAL', encryptionKey);
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

/**
 * The secret that seals cursors and ids when the configuration has none: made once, the same ever after. An encrypted store
 * keeps none, since its key makes one.
 */
export function loadOrMakeSecret(database: Database): Buffer {
  if (database.vault.secret) return database.vault.secret;
  database.exec(
    'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID',
  );
  database
    .prepare('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)')
    .run('secret', randomBytes(32));
  const secret = readSecret(database);
  if (secret === null) throw new Error('The secret in the store is not readable');
  return secret;
}

/** @returns the secret that a gateway made; null when none has */
export function readSecret(database: Database): Buffer | null {
  if (database.vault.secret) return database.vault.secret;
  const hasSettings = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'settings'").get();
  const row = hasSettings && database.prepare("SELECT value FROM settings WHERE name = 'secret'").get();
  const value = row?.['value'];
  return value instanceof Uint8Array ? Buffer.from(value) : null;
}

/**
 * Opens the database of a store without changing anything, also while a gateway uses it.
 *
 * @throws ConfigError when there is none, or it cannot be opened with this key
 */
export function openForReading(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
): Database {
  if (location === 'memory:') {
    throw new ConfigError('The configuration', [
      'store: memory: is gone when the gateway ends, and nobody else sees it',
    ]);
  }
  const file = toFile(location, directory);
  if (!existsSync(file)) throw new ConfigError('The configuration', [`store: there is no file ${file}`]);
  try {
    return openReadOnly(file, encryptionKey);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError('The configuration', [`store: ${problem}`]);
  }
}

function toFile(location: string, directory: string): string {
  return resolve(directory, location.slice('sqlite:'.length));
}
