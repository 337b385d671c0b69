import type { ClientBase } from 'pg';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { ReadLimit } from '../ports/archive-index.ts';
import type { SqlRow, SqlValue } from '../sql.ts';
import { isCancelled } from './error.ts';
import { inTransaction, query } from './query.ts';

/**
 * Runs a statement that the server ends by itself when the time is over, even if this process has died meanwhile, and that is cancelled when
 * no one waits for it any more.
 *
 * @param longestMs that the server works on any statement
 * @param cancel ends what the session of this process id does
 * @throws BudgetSpentError beyond the limit
 */
export async function readWithin(
  client: ClientBase,
  [text, values]: readonly [string, readonly SqlValue[]],
  limit: ReadLimit,
  longestMs: number,
  cancel: (processId: number) => Promise<void>,
): Promise<SqlRow[]> {
  const { msLeft } = limit;
  const until = performance.now() + msLeft;
  const isOver = (): boolean => performance.now() >= until || limit.signal?.aborted === true;
  if (isOver()) throw new BudgetSpentError();
  const cancelling: Promise<void>[] = [];
  const abort = (): void => {
    cancelling.push(cancel(processIdOf(client)));
  };
  limit.signal?.addEventListener('abort', abort, { once: true });
  try {
    const settings = [`statement_timeout = ${Math.ceil(Math.min(msLeft, longestMs))}`];
    return await inTransaction(client, 'READ COMMITTED', () => query(client, text, values), settings);
  } catch (error) {
    throw isCancelled(error) && isOver() ? new BudgetSpentError() : error;
  } finally {
    limit.signal?.removeEventListener('abort', abort);
    // Until then the session is not another one's, whose statement it would end.
    await Promise.all(cancelling);
  }
}

/** As the server has told it. The driver's types do not have it. */
function processIdOf(client: ClientBase): number {
  if ('processID' in client && typeof client.processID === 'number') return client.processID;
  throw new Error('The driver does not tell the process of its session');
}
