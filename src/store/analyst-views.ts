import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { isPostgres } from './location.ts';

/**
 * Makes the views for analysts that a store lacks; only one in PostgreSQL has any.
 *
 * @param isDry nothing is made
 * @returns what there is and what an administrator has to do: a sentence that follows the name of the store, then lines of SQL; none
 * of another engine
 * @throws StoreError when the store cannot be opened
 */
export async function keepAnalystViews(
  location: string,
  encryptionKey: KeyObject | null,
  log: Logger,
  isDry: boolean,
): Promise<string[]> {
  if (!isPostgres(location)) return [];
  const { keepPostgresViews } = await import('./postgres/open.ts');
  return keepPostgresViews(location, encryptionKey, log, isDry);
}
