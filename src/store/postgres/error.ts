import { StoreError, UnreachableStoreError } from '../../errors/store-error.ts';

/** The connection broke, or never came about: no answer says what became of the statement. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(cause: unknown) {
    super(problemOf(cause), { cause });
  }
}

/** @throws ConnectionError, or the server's own error */
export async function orConnectionError<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw sqlStateOf(error) === null ? new ConnectionError(error) : error;
  }
}

/** @returns PostgreSQL's five characters; null when the server has not said what is wrong */
export function sqlStateOf(error: unknown): string | null {
  // By its shape: an embedded store never loads the driver, which has the class.
  const isServers = error instanceof Error && 'severity' in error && 'code' in error;
  return isServers && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

/** The values are at fault, such as one that breaks a constraint: the store itself is well. */
export function isOfStatement(state: string): boolean {
  return /^2[23]/.test(state);
}

/**
 * The session is at its end, or of no more use: the server ends it, shuts down, or has become a standby, which another server
 * has replaced.
 */
export function isLost(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const state = sqlStateOf(error);
  return state !== null && /^(?:08...|57P0[1235]|25P03|25006)$/.test(state);
}

/** Of the server. */
export function isDiskFull(error: unknown): boolean {
  return sqlStateOf(error) === '53100';
}

/** Another unit keeps the lock for longer than is waited for. */
export function isLocked(error: unknown): boolean {
  return sqlStateOf(error) === '55P03';
}

/** By the time limit of statements, or by who may end them. */
export function isCancelled(error: unknown): boolean {
  return sqlStateOf(error) === '57014';
}

/** Two units were in each other's way. The next run of the one that lost sees what the other has written. */
export function isConflict(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

/** @param store how messages name it. @returns the error that callers get */
export function toCallerError(error: unknown, store: string): unknown {
  const state = sqlStateOf(error);
  // Of memory or connections that have run out, and of a lock that another unit keeps. A full disk (53100) and a limit of the
  // server's settings (53400) stay, until an operator does something. What was cancelled (57014), by the time limit of statements or by an
  // operator, would take as long again: it is not tried again at once.
  const isForNow = state !== null && /^(?:40|53[023]00|57(?!014)|55P03)/.test(state);
  if (!isLost(error) && !isForNow) return error;
  return new UnreachableStoreError(`${store} does not answer: ${problemOf(error)}`, { cause: error });
}

/** What stands in the way of opening a store, in words for operators. */
export function toOpeningError(error: unknown, store: string): StoreError {
  if (error instanceof StoreError) return error;
  const problem = problemOf(error);
  switch (sqlStateOf(error)) {
    case '28P01':
    case '28000':
      return new StoreError(
        `${store} refuses the user: ${problem}. Set user and password in store.location`,
        {
          cause: error,
        },
      );
    case '3D000':
      return new StoreError(`${store} has no such database: create it with ENCODING 'UTF8'`, {
        cause: error,
      });
    case '42501':
      return new StoreError(`${store} does not let its user do this: ${problem}`, { cause: error });
    default: {
      const told = toCallerError(error, store);
      return told instanceof StoreError
        ? told
        : new StoreError(`${store} cannot be opened: ${problem}`, { cause: error });
    }
  }
}

/** One that has tried several addresses has a message in each of its parts only. */
function problemOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(problemOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
