import type { KeyObject } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import Keyv from 'keyv';
import type { Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import { UnreadableStoreError } from '../errors/store-error.ts';
import type { Clock } from '../util/clock.ts';
import { SqlStore } from './sql/sql-store.ts';
import { openDatabase, openReader, openReadOnly, type Database } from './sqlite/database.ts';
import { SqliteKeyv } from './sqlite/keyv.ts';
import { PAGES_MIGRATIONS } from './sqlite/migrations.ts';
import { SqliteSql } from './sqlite/sqlite-sql.ts';
import type { Store } from './store.ts';

/** What the gateway keeps. */
export interface Stores {
  /** What must never be lost. */
  store: Store;
  /** Cached pages of history, which the gateway can fetch again; null: only the page store's own memory. */
  pages: Keyv | null;
  close(): Promise<void>;
}

/** A store's connections; the second sees what is committed, and in memory there is none. */
type Connections = [database: Database, reader?: Database];

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
  const connections = connect(location, directory, encryptionKey);
  const store = toStore(...connections);
  if (location === 'memory:') return { store, pages: null, close: () => store.close() };
  try {
    const pages = openPages(`${toFile(location, directory)}.pages`, encryptionKey, log);
    return {
      store,
      // Without `throwOnErrors` a broken store would look like an empty one.
      pages: new Keyv({ store: new SqliteKeyv(pages, clock), useKeyPrefix: false, throwOnErrors: true }),
      close: async () => {
        await store.close();
        pages.close();
      },
    };
  } catch (error) {
    for (const connection of connections) connection?.close();
    throw error;
  }
}

/** Opens what must never be lost, without the cache. @throws StoreError as `openStores` */
export function openStore(location: string, directory: string, encryptionKey: KeyObject | null): Store {
  return toStore(...connect(location, directory, encryptionKey));
}

function connect(location: string, directory: string, encryptionKey: KeyObject | null): Connections {
  if (location === 'memory:') return [openDatabase(':memory:', 'NORMAL', encryptionKey)];
  const file = toFile(location, directory);
  const database = openDatabase(file, 'FULL', encryptionKey);
  try {
    return [database, openReader(file, encryptionKey)];
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a store without changing anything, also while a gateway uses it.
 *
 * @throws ConfigError when there is none, or it cannot be opened with this key
 */
export function openForReading(location: string, directory: string, encryptionKey: KeyObject | null): Store {
  if (location === 'memory:') {
    throw new ConfigError('The configuration', [
      'store: memory: is lost when the gateway ends, and no other process can read it',
    ]);
  }
  const file = toFile(location, directory);
  if (!existsSync(file)) throw new ConfigError('The configuration', [`store: there is no file ${file}`]);
  try {
    return toStore(openReadOnly(file, encryptionKey));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError('The configuration', [`store: ${problem}`]);
  }
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

/** @param reader another connection, which sees what is committed; in memory there is none */
export function toStore(database: Database, reader?: Database): Store {
  return new SqlStore(new SqliteSql(database, reader), database.vault);
}

function toFile(location: string, directory: string): string {
  return resolve(directory, location.slice('sqlite:'.length));
}
