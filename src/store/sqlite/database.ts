import type { KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { closeToOthers, makePrivateFile, PRIVATE_DIRECTORY } from '../../util/private-file.ts';
import { migrate, readVersion } from './migrate.ts';
import { STORE_MIGRATIONS, type Migrations } from './migrations.ts';
import { StoreError } from '../../errors/store-error.ts';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { ReadLimit } from '../ports/archive-index.ts';
import { SQLITE_BUSY, sqliteCodeOf, toStoreError } from './error.ts';
import { inTransaction } from './transaction.ts';
import { createVault, type Vault } from '../vault.ts';

/** A synchronous wait for another process's write blocks the whole event loop. */
const BUSY_TIMEOUT_MS = 250;
/**
 * The write-ahead log is copied back at 16 MB rather than 4: most pages have changed several times by then, and are copied once.
 */
const PAGES_OF_LOG = 4_000;
/** At the start that other process may be running migrations. */
const OPENING_TIMEOUT_MS = 30_000;
const RETRY_MS = 10;
/** Sealed into every encrypted file: whether it opens shows whether a key is the right one. */
const CHECK = 'chat-history-gateway store 1';

export type Statement = StatementSync;

/** An embedded database, with the vault that seals its columns of personal data. */
export class Database extends DatabaseSync {
  readonly vault: Vault;
  readonly isReadOnly: boolean;
  readonly #statements = new Map<string, StatementSync>();
  /** Of the statement that is running. */
  #limit: ReadLimit | null = null;

  constructor(location: string, vault: Vault, readOnly = false) {
    super(location, { readOnly });
    this.vault = vault;
    this.isReadOnly = readOnly;
    this.function('is_in_time', () => {
      if (this.#limit) requireTime(this.#limit);
      return 1;
    });
  }

  /** Runs statements until the limit, as far as they have places where they look. @throws BudgetSpentError beyond it */
  within<T>(limit: ReadLimit, run: () => T): T {
    requireTime(limit);
    this.#limit = limit;
    try {
      return run();
    } finally {
      this.#limit = null;
    }
  }

  /** Changes when another process, or another connection, has changed the file; for caches of what is in it. */
  dataVersion(): string {
    return String(this.statement('PRAGMA data_version').get()?.['data_version']);
  }

  /** Prepares a statement once. @param text one that stands in the program, as in `SqlReader.all` */
  statement(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.prepare(toOwn(text));
    this.#statements.set(text, statement);
    return statement;
  }
}

/**
 * SQLite calls a numbered placeholder `?1`, and alone is told in a statement which index to use, and where to look whether there is time
 * left: elsewhere these are comments. To look takes longer than to read a row, so it does so in one second of sixteen.
 */
function toOwn(text: string): string {
  return text
    .replaceAll(/\$(?=\d)/g, '?')
    .replaceAll(/\/\* (INDEXED BY \w+) \*\//g, '$1')
    .replaceAll(/\/\* IN TIME BY (\w+) \*\//g, 'AND ((($1 >> 10) & 15) <> 0 OR is_in_time())');
}

function requireTime({ msLeft, signal }: ReadLimit): void {
  if (msLeft <= 0 || signal?.aborted) throw new BudgetSpentError();
}

/**
 * Opens an embedded database and migrates its tables; creates a missing file.
 *
 * @param location a file's path, or `:memory:`
 * @param durability `FULL`: committed transactions survive a power cut. `NORMAL`: the last ones may be lost in one,
 * at a fraction of the cost; for caches
 * @param encryptionKey 32 bytes; null: the file is not encrypted
 * @throws StoreError when the file was made with another key, or with a key and there is none, or the other way
 * round; by a newer program, or another one; or when it is damaged
 */
export function openDatabase(
  location: string,
  durability: 'FULL' | 'NORMAL',
  encryptionKey: KeyObject | null = null,
  migrations: Migrations = STORE_MIGRATIONS,
): Database {
  return open(location, encryptionKey, false, (database) => {
    const isUpToDate = readVersion(database, location, migrations) === migrations.length;
    const hasKey = encryptionKey !== null;
    if (isUpToDate) checkKey(database, location, hasKey);
    else {
      // A key can only be given to a file that has no table yet, so no other process may intervene.
      inTransaction(database, () => {
        checkKey(database, location, hasKey);
        migrate(database, location, migrations);
      });
    }
    // A refused file must stay unchanged, and so must its journal mode, until all checks have passed.
    useWriteAheadLog(database);
    database.exec(`PRAGMA wal_autocheckpoint = ${PAGES_OF_LOG}`);
    database.exec(`PRAGMA synchronous = ${durability}; PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  });
}

/** SQLite fails here at once while another process is about to write, whatever the busy timeout is. */
function useWriteAheadLog(database: DatabaseSync): void {
  const deadline = performance.now() + OPENING_TIMEOUT_MS;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (sqliteCodeOf(error) !== SQLITE_BUSY || performance.now() >= deadline) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

/** Opens a store's file without changing anything in it. @throws StoreError as `openDatabase`, and when it is of an older version */
export function openReadOnly(
  file: string,
  encryptionKey: KeyObject | null,
  migrations: Migrations = STORE_MIGRATIONS,
): Database {
  return open(file, encryptionKey, true, (database) => {
    const version = readVersion(database, file, migrations);
    checkKey(database, file, encryptionKey !== null);
    if (version === migrations.length) return;
    throw new StoreError(
      `${file} is of version ${version}, and this program's is ${migrations.length}: start the gateway with it once, which migrates the file`,
    );
  });
}

/** How many migrations a file has run. @throws StoreError as `openDatabase` */
export function readFileVersion(file: string, encryptionKey: KeyObject | null): number {
  let version = 0;
  open(file, encryptionKey, true, (database) => {
    version = readVersion(database, file, STORE_MIGRATIONS);
    checkKey(database, file, encryptionKey !== null);
  }).close();
  return version;
}

/** A second connection of a gateway to its own store, which sees what is committed. @throws StoreError as `openReadOnly` */
export function openReader(
  file: string,
  encryptionKey: KeyObject | null,
  migrations: Migrations = STORE_MIGRATIONS,
): Database {
  const database = openReadOnly(file, encryptionKey, migrations);
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return database;
}

function open(
  location: string,
  encryptionKey: KeyObject | null,
  readOnly: boolean,
  prepare: (database: Database) => void,
): Database {
  let database: Database | undefined;
  try {
    if (location !== ':memory:' && !readOnly) prepareFiles(location);
    database = new Database(location, createVault(encryptionKey), readOnly);
    database.exec(`PRAGMA busy_timeout = ${OPENING_TIMEOUT_MS}`);
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreError(error, location);
  }
}

/** SQLite gives the files that it creates beside a database the database's own mode. */
function prepareFiles(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY });
  makePrivateFile(file);
  for (const beside of ['-wal', '-shm']) closeToOthers(file + beside);
}

/**
 * A file is encrypted from its first table on, or never: older rows would stay readable in it. A file without tables
 * gets the key.
 */
function checkKey(database: Database, file: string, hasKey: boolean): void {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const isEncrypted = tables.some(({ name }) => name === 'encryption');
  if (!hasKey) {
    if (isEncrypted)
      throw new StoreError(`${file} is encrypted: set store.encryptionKey to the key that it was made with`);
    return;
  }
  const seal = database.vault.value('encryption.sealed');
  if (tables.length === 0) {
    database.exec('CREATE TABLE encryption (sealed BLOB NOT NULL)');
    database.prepare('INSERT INTO encryption (sealed) VALUES (?)').run(seal.seal(CHECK));
    return;
  }
  if (!isEncrypted)
    throw new StoreError(
      `${file} was made without a key, and what is in it would stay readable: leave store.encryptionKey out, or name a new file in store.location`,
    );
  try {
    seal.open(database.prepare('SELECT sealed FROM encryption').get()?.['sealed']);
  } catch (error) {
    throw new StoreError(
      `${file} was made with another key: set store.encryptionKey to that one, or name a new file in store.location`,
      { cause: error },
    );
  }
}
