import { SQLITE_CONSTRAINT, sqliteCodeOf } from './sqlite/error.ts';

/** Whether the store itself failed, as when its disk is full. What breaks one of its constraints fails by itself. */
export function isStoreFailure(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code !== null && code !== SQLITE_CONSTRAINT;
}
