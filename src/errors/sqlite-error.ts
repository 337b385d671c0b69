/** SQLite's result codes that call for something of their own. */
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_NOTADB = 26;

/** @returns SQLite's primary result code; null when it is not an error of SQLite's */
export function sqliteCodeOf(error: unknown): number | null {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  // Extended codes, such as of which write failed, have more bits.
  return isSqlite ? Number(error.errcode) & 0xff : null;
}
