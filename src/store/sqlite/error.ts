import { StoreError, UnreadableStoreError } from '../../errors/store-error.ts';

/** SQLite's result codes that need their own handling. */
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_CONSTRAINT = 19;
export const SQLITE_NOTADB = 26;

/** @returns SQLite's primary result code; null when it is not an error of SQLite's */
export function sqliteCodeOf(error: unknown): number | null {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  // Extended codes, which name the failed write for example, have more bits.
  return isSqlite ? Number(error.errcode) & 0xff : null;
}

/** Names the file, which SQLite's own message does not. */
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
