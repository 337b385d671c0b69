import type { KeyObject } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import Keyv from 'keyv';
import type { Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import { UnreadableStoreError } from '../errors/store-error.ts';
import type { Clock } from '../util/clock.ts';
import type { Bell } from './bell.ts';
import { isPostgres } from './location.ts';
import type { PostgresKeyv } from './postgres/keyv.ts';
import { SqlStore } from './sql/sql-store.ts';
import { createMemoryArchives, SqliteArchives, toArchiveFile } from './sqlite/archive/archives.ts';
import { ARCHIVE_MIGRATIONS } from './sqlite/archive/migrations.ts';
import { openDatabase, openReader, openReadOnly, type Database } from './sqlite/database.ts';
import { SqliteKeyv } from './sqlite/keyv.ts';
import { PAGES_MIGRATIONS, STORE_MIGRATIONS } from './sqlite/migrations.ts';
import { scrubFile } from './sqlite/scrub.ts';
import { SqliteSql } from './sqlite/sqlite-sql.ts';
import type { Store } from './store.ts';

interface Surroundings {
  clock: Clock;
  log: Logger;
}

/** What the gateway keeps. */
export interface Stores {
  /** What must never be lost. */
  store: Store;
  /** Cached pages of history, which the gateway can fetch again; null: only the page store's own memory. */
  pages: Keyv | null;
  /** Makes what other processes write known sooner; null: the store belongs to this process. */
  useBell: ((bell: Bell) => void) | null;
  close(): Promise<void>;
}

/**
 * @param location `memory:`; `sqlite:` and the path of a file, beside which pages are kept in another; or `postgres://…`
 * @param directory base of a relative path
 * @param encryptionKey 32 bytes; null: what is stored is readable
 * @throws StoreError when it cannot be opened, or not with this key
 */
export async function openStores(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
  surroundings: Surroundings,
): Promise<Stores> {
  const { clock, log } = surroundings;
  if (isPostgres(location)) {
    // With its driver, which programs with an embedded store never load.
    const { openPostgres } = await import('./postgres/open.ts');
    const { store, pages, useBell } = await openPostgres(location, encryptionKey, surroundings);
    return { store, pages: toPages(pages), useBell, close: () => store.close() };
  }
  const store = openEmbedded(location, directory, encryptionKey);
  if (location === 'memory:') return { store, pages: null, useBell: null, close: () => store.close() };
  try {
    const pages = openPages(`${toFile(location, directory)}.pages`, encryptionKey, log);
    return {
      store,
      pages: toPages(new SqliteKeyv(pages, clock)),
      useBell: null,
      close: async () => {
        await store.close();
        pages.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Opens what must never be lost, without the cache. @throws StoreError as `openStores` */
export async function openStore(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
  surroundings: Surroundings,
): Promise<Store> {
  if (!isPostgres(location)) return openEmbedded(location, directory, encryptionKey);
  const { openPostgres } = await import('./postgres/open.ts');
  return (await openPostgres(location, encryptionKey, surroundings)).store;
}

function toPages(store: SqliteKeyv | PostgresKeyv): Keyv {
  // Without `throwOnErrors` a broken store would look like an empty one.
  return new Keyv({
    store,
    useKeyPrefix: false,
    throwOnErrors: true,
    // When a value expires is kept beside it, and Keyv's own serialisation takes several times as long.
    serialize: ({ value }) => JSON.stringify(value),
    deserialize: (text) => ({ value: JSON.parse(text) as never }),
  });
}

function openEmbedded(location: string, directory: string, encryptionKey: KeyObject | null): Store {
  if (location === 'memory:') {
    const archives = new SqliteArchives({ file: null, encryptionKey, isReadOnly: false });
    return toStore(openDatabase(':memory:', 'NORMAL', encryptionKey), archives);
  }
  const file = toFile(location, directory);
  const database = openDatabase(file, 'FULL', encryptionKey);
  try {
    const archives = new SqliteArchives({ file: toArchiveFile(file), encryptionKey, isReadOnly: false });
    return toStore(database, archives, openReader(file, encryptionKey));
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Leaves nothing of what was deleted where it was stored, as far as that can be done from here. Closed or open, also while a gateway
 * uses it.
 *
 * @param isWhole of a server: its tables are written anew, for which whatever reads or writes them waits
 * @throws StoreError
 */
export async function scrubStore(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
  log: Logger,
  isWhole: boolean,
): Promise<void> {
  if (isPostgres(location)) {
    const { scrubPostgres } = await import('./postgres/open.ts');
    await scrubPostgres(location, log, isWhole);
    return;
  }
  const file = toFile(location, directory);
  await scrubFile(file, encryptionKey, STORE_MIGRATIONS);
  await scrubFile(toArchiveFile(file), encryptionKey, ARCHIVE_MIGRATIONS);
  await scrubFile(`${file}.pages`, encryptionKey, PAGES_MIGRATIONS);
}

/**
 * Opens a store without changing anything, also while a gateway uses it.
 *
 * @throws ConfigError when there is none, or it cannot be opened with this key
 */
export async function openForReading(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
  surroundings: Surroundings,
): Promise<Store> {
  if (location === 'memory:') {
    throw new ConfigError('The configuration', [
      'store: memory: is lost when the gateway ends, and no other process can read it',
    ]);
  }
  const file = toFile(location, directory);
  if (!isPostgres(location) && !existsSync(file))
    throw new ConfigError('The configuration', [`store: there is no file ${file}`]);
  try {
    if (!isPostgres(location)) {
      const archives = new SqliteArchives({ file: toArchiveFile(file), encryptionKey, isReadOnly: true });
      return toStore(openReadOnly(file, encryptionKey), archives);
    }
    const { openPostgresForReading } = await import('./postgres/open.ts');
    return await openPostgresForReading(location, encryptionKey, surroundings);
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

/**
 * @param archives left out: in memory
 * @param reader another connection, which sees what is committed; in memory there is none
 */
export function toStore(database: Database, archives = createMemoryArchives(), reader?: Database): Store {
  return new SqlStore(new SqliteSql(database, reader), database.vault, archives);
}

function toFile(location: string, directory: string): string {
  return resolve(directory, location.slice('sqlite:'.length));
}
