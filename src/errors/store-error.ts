import { SQLITE_CORRUPT, SQLITE_NOTADB, sqliteCodeOf } from './sqlite-error.ts';

/** A database file cannot be used. The message names the file, and says what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** What is in the file cannot be read by this program: it is damaged, of a newer one, or not a store at all. */
export class UnreadableStoreError extends StoreError {
  override readonly name = 'UnreadableStoreError';
}

/** Names the file, which SQLite's own words do not. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = sqliteCodeOf(error);
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    return new UnreadableStoreError(
      `${file} is damaged, or no database: restore it from a backup, or name another file in store.location`,
      { cause: error },
    );
  }
  const problem = error instanceof Error ? error.message : String(error);
  return new StoreError(`${file} cannot be opened: ${problem}`, { cause: error });
}
