import type { ClientBase } from 'pg';
import { query } from './query.ts';

/** Ages count transactions, so that numbers that have begun anew compare as they should. */
const READERS = `
  WITH mark AS (SELECT age($1::xid8::xid) AS age)
  SELECT format('the process %s of the user %s (%s)', pid, coalesce(usename, '?'), coalesce(nullif(application_name, ''), backend_type, '?')) AS reader
  FROM pg_stat_activity, mark
  WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
    AND greatest(age(backend_xmin), age(backend_xid)) > mark.age
  UNION ALL
  SELECT format('the prepared transaction %s of the user %s', gid, owner)
  FROM pg_prepared_xacts, mark
  WHERE database = current_database() AND age(transaction) > mark.age
  UNION ALL
  SELECT format('the replication slot %s', slot_name)
  FROM pg_replication_slots, mark
  WHERE greatest(age(xmin), age(catalog_xmin)) > mark.age
  ORDER BY reader`;

/**
 * Who may still read rows that were deleted before a transaction: as long as one may, VACUUM keeps them, and says nothing.
 *
 * @param id of the transaction, as `pg_current_xact_id` gives it
 * @returns in words for operators; none: VACUUM takes all of them away
 */
export async function readReadersBefore(client: ClientBase, id: string): Promise<string[]> {
  const rows = await query(client, READERS, [id]);
  return rows.map(({ reader }) => String(reader));
}
