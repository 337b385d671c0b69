import { randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import Keyv from 'keyv';
import type { Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import type { Clock } from '../util/clock.ts';
import { openDatabase, openReadOnly, type Database } from './sqlite/database.ts';
import { SqliteKeyv } from './sqlite/keyv.ts';
import { PAGES_MIGRATIONS } from './sqlite/migrations.ts';
import { UnreadableStoreError } from '../errors/store-error.ts';

/** The gateway's databases. */
export interface Stores {
  /** What must never be lost. */
  database: Database;
  /** Cached pages of history, which the gateway can fetch again; null: only the page store's own memory. */
  pages: Keyv | null;
  close(): void;
}

/**
 * @param location `memory:`, or `sqlite:` and the path of a file; pages are kept in a file beside it
 * @param directory base of a relative path
 * @param encryptionKey 32 bytes; null: the files are readable
 * @throws StoreError when a file cannot be opened, or not with this key
 */
export function openStores(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
  { clock, log }: { clock: Clock; log: Logger },
): Stores {
  const database = openStore(location, directory, encryptionKey);
  if (location === 'memory:') {
    return {
      database,
      pages: null,
      close: () => {
        database.close();
      },
    };
  }
  try {
    const pageDatabase = openPages(`${toFile(location, directory)}.pages`, encryptionKey, log);
    return {
      database,
      // Without `throwOnErrors` a broken store would look like an empty one.
      pages: new Keyv({
        store: new SqliteKeyv(pageDatabase, clock),
        useKeyPrefix: false,
        throwOnErrors: true,
      }),
      close: () => {
        database.close();
        pageDatabase.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens what must never be lost, without the cache. @throws StoreError as `openStores` */
export function openStore(location: string, directory: string, encryptionKey: KeyObject | null): Database {
  return location === 'memory:'
    ? openDatabase(':memory:', 'NORMAL', encryptionKey)
    : openDatabase(toFile(location, directory), 'FULL', encryptionKey);
}

/** The gateway can fetch a cache's pages again, so it recreates a cache that it cannot read. */
function openPages(file: string, encryptionKey: KeyObject | null, log: Logger): Database {
  const open = (): Database => openDatabase(file, 'NORMAL', encryptionKey, PAGES_MIGRATIONS);
  try {
    return open();
  } catch (error) {
    if (!(error instanceof UnreadableStoreError)) throw error;
    log.warn({ err: error, file }, 'The page cache could not be read; the gateway recreates it');
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return open();
  }
}

/**
 * The secret that seals cursors and ids when the configuration has none: generated once and kept. An encrypted store
 * keeps none, since the secret is derived from its key.
 */
export function loadOrMakeSecret(database: Database): Buffer {
  if (database.vault.secret) return database.vault.secret;
  database
    .prepare('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)')
    .run('secret', randomBytes(32));
  const secret = readSecret(database);
  if (secret === null) throw new Error('The secret in the store is not readable');
  return secret;
}

/** @returns the secret that a gateway generated; null if none has */
export function readSecret(database: Database): Buffer | null {
  if (database.vault.secret) return database.vault.secret;
  const row = database.prepare("SELECT value FROM settings WHERE name = 'secret'").get();
  const value = row?.['value'];
  return value instanceof Uint8Array ? Buffer.from(value) : null;
}

/**
 * Opens a store's database without changing anything, also while a gateway uses it.
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
      'store: memory: is lost when the gateway ends, and no other process can read it',
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
