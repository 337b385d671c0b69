import pg, { type ClientBase } from 'pg';
import { toMoment } from '../archive/moment.ts';
import { query } from '../query.ts';
import { toDay } from './figures.ts';

/** By moments of all channels: by `source` alone a day of one channel would read all that the channel has. */
const OF_MESSAGES = 'archive_message_moment';
const MOMENT = `((${toMoment('sent_at')}), source)`;
/** And by days. */
const OF_AGGREGATES = 'archive_aggregate_day';
const DAY = `(${toDay('quarter')}, source)`;

/**
 * Builds the indexes that views need, as far as they are missing. Other gateways write and read meanwhile: each index is built beside them,
 * and that of messages month by month. One that was interrupted is built again.
 *
 * @param client in no transaction
 * @param whileOthersWait runs what takes a lock that others wait for, for a moment
 */
export async function buildIndexes(
  client: ClientBase,
  whileOthersWait: (statement: string) => Promise<void>,
): Promise<void> {
  await build(client, OF_AGGREGATES, `archive_aggregate ${DAY}`);
  // A month that is made from now on has it from its beginning.
  await whileOthersWait(`CREATE INDEX IF NOT EXISTS ${OF_MESSAGES} ON ONLY archive_message ${MOMENT}`);
  for (const month of await findMonthsWithout(client)) {
    const name = `${month}_moment`;
    await build(client, name, `${pg.escapeIdentifier(month)} ${MOMENT}`);
    await whileOthersWait(`ALTER INDEX ${OF_MESSAGES} ATTACH PARTITION ${pg.escapeIdentifier(name)}`);
  }
}

/** @param of a table and what of it is indexed */
async function build(client: ClientBase, name: string, of: string): Promise<void> {
  const index = pg.escapeIdentifier(name);
  const [found] = await query(client, 'SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)', [
    index,
  ]);
  if (found?.['indisvalid'] === true) return;
  // Nothing is read from it, and it costs each write.
  if (found) await query(client, `DROP INDEX CONCURRENTLY ${index}`);
  await query(client, `CREATE INDEX CONCURRENTLY ${index} ON ${of}`);
}

/** Names of tables. */
async function findMonthsWithout(client: ClientBase): Promise<string[]> {
  const rows = await query(
    client,
    `SELECT relname AS name FROM pg_inherits AS month JOIN pg_class ON pg_class.oid = month.inhrelid
     WHERE month.inhparent = 'archive_message'::regclass AND NOT EXISTS (
       SELECT FROM pg_inherits AS own JOIN pg_index ON indexrelid = own.inhrelid
       WHERE own.inhparent = '${OF_MESSAGES}'::regclass AND indrelid = month.inhrelid
     ) ORDER BY relname DESC`,
  );
  return rows.map((row) => String(row['name']));
}
