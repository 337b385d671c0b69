import type { KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createVault, type Vault } from './vault.ts';

/** Waiting for another process to finish writing keeps everybody waiting here. */
const BUSY_TIMEOUT_MS = 250;
/** Sealed into every encrypted file: whether it opens tells whether a key is the right one. */
const CHECK = 'chat-history-gateway store 1';

/** An embedded database, with what seals the columns that tell of people. */
export class Database extends DatabaseSync {
  readonly vault: Vault;

  constructor(location: string, vault: Vault, readOnly = false) {
    super(location, { readOnly });
    this.vault = vault;
  }
}

/**
 * Opens an embedded database; a missing file is made.
 *
 * @param location a file's path, or `:memory:`
 * @param durability `FULL`: what a transaction has committed survives a power cut. `NORMAL`: the last moments may be
 *   lost in one, at a fraction of the price; for caches
 * @param encryptionKey 32 bytes; null: the file is not encrypted
 * @throws Error when the file was made with another key, or with one and there is none, or the other way round
 */
export function openDatabase(
  location: string,
  durability: 'FULL' | 'NORMAL',
  encryptionKey: KeyObject | null = null,
): Database {
  if (location !== ':memory:') mkdirSync(dirname(location), { recursive: true });
  const database = new Database(location, createVault(encryptionKey));
  try {
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability};`,
    );
    checkKey(database, location, encryptionKey !== null);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a file without changing anything in it. @throws Error as `openDatabase` */
export function openReadOnly(file: string, encryptionKey: KeyObject | null): Database {
  const database = new Database(file, createVault(encryptionKey), true);
  try {
    checkKey(database, file, encryptionKey !== null);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
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

/** A file is encrypted from its first table on, or never: rows of before would stay readable in it. */
function checkKey(database: Database, file: string, hasKey: boolean): void {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const isEncrypted = tables.some(({ name }) => name === 'encryption');
  if (!hasKey) {
    if (isEncrypted)
      throw new Error(`${file} is encrypted: set store.encryptionKey to the key that it was made with`);
    return;
  }
  const seal = database.vault.value('encryption.sealed');
  if (tables.length === 0) {
    inTransaction(database, () => {
      database.exec('CREATE TABLE encryption (sealed BLOB NOT NULL)');
      database.prepare('INSERT INTO encryption (sealed) VALUES (?)').run(seal.seal(CHECK));
    });
    return;
  }
  if (!isEncrypted)
    throw new Error(
      `${file} was made without a key, and what is in it would stay readable: leave store.encryptionKey out, or name a new file in store.location`,
    );
  try {
    seal.open(database.prepare('SELECT sealed FROM encryption').get()?.['sealed']);
  } catch (error) {
    throw new Error(
      `${file} was made with another key: set store.encryptionKey to that one, or name a new file in store.location`,
      { cause: error },
    );
  }
}
