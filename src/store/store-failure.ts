import { UnreachableStoreError } from '../errors/store-error.ts';
import { isOfStatement, sqlStateOf } from './postgres/error.ts';
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
