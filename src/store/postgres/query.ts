import type { ClientBase } from 'pg';
import type { SqlRow, SqlValue } from '../sql.ts';
import { isLost, orConnectionError } from './error.ts';

/** @returns the rows; none of several statements at once. @throws ConnectionError, or the server's own error */
export async function query(
  client: ClientBase,
  text: string,
  values: readonly SqlValue[] = [],
): Promise<SqlRow[]> {
  const result = await orConnectionError(client.query<SqlRow>(text, [...values]));
  return result.rows;
}

export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ READ ONLY';

/**
 * All that `change` does on this connection is kept, or, when it throws, nothing.
 *
 * @param settings of this transaction
 */
export async function inTransaction<T>(
  client: ClientBase,
  isolation: Isolation,
  change: () => Promise<T>,
  settings: readonly string[] = [],
): Promise<T> {
  const begin = [`BEGIN ISOLATION LEVEL ${isolation}`, ...settings.map((setting) => `SET LOCAL ${setting}`)];
  await query(client, begin.join('; '));
  try {
    const result = await change();
    await query(client, 'COMMIT');
    return result;
  } catch (error) {
    if (!isLost(error)) await query(client, 'ROLLBACK');
    throw error;
  }
}
