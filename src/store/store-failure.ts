import { UnreachableStoreError } from '../errors/store-error.ts';
import { isDiskFull, isOfStatement, sqlStateOf } from './postgres/error.ts';
import { SQLITE_CONSTRAINT, sqliteCodeOf } from './sqlite/error.ts';

/** Whether the store itself failed, as when its disk is full. What breaks one of its constraints fails by itself. */
export function isStoreFailure(error: unknown): boolean {
  if (error instanceof UnreachableStoreError) return true;
  const code = sqliteCodeOf(error);
  if (code !== null) return code !== SQLITE_CONSTRAINT;
  const state = sqlStateOf(error);
  return state !== null && !isOfStatement(state);
}

/** What is there already, for example, stands in the way of what was to be written. */
export function isConstraintViolation(error: unknown): boolean {
  return sqliteCodeOf(error) === SQLITE_CONSTRAINT || sqlStateOf(error)?.startsWith('23') === true;
}

/** What is wrong with a store that failed: constant words, which quote nothing. */
export function reasonOf(error: unknown): string {
  // SQLite's words for its error number.
  if (error instanceof Error && 'errstr' in error && typeof error.errstr === 'string') return error.errstr;
  if (error instanceof UnreachableStoreError) return 'it does not answer';
  return isDiskFull(error) ? "the server's disk is full" : 'it is closed or broken';
}
