import pg, { type ClientBase } from 'pg';
import { StoreError } from '../../errors/store-error.ts';
import type { CellValue, TableRows } from '../table-rows.ts';
import { makeMonths, toMonth } from './archive/months.ts';
import { toTsVector } from './archive/write.ts';
import { query } from './query.ts';
import { toKeyText } from './vault.ts';

/** In one round trip. */
const BATCH = 200;
/** Made for the store itself, whichever it is. */
const OWN_TABLES: ReadonlySet<string> = new Set(['encryption']);

/** How many rows of a table were copied. */
export interface CopiedTable {
  table: string;
  rows: number;
}

interface Column {
  name: string;
  type: string;
  isIdentity: boolean;
}

/**
 * Copies the tables that both have, with the ids of their rows, into a store of the same key that is empty. Call it in a transaction.
 *
 * @param store how messages name it
 * @throws StoreError when there is anything in it
 */
export async function copyTables(
  client: ClientBase,
  source: TableRows,
  store: string,
): Promise<CopiedTable[]> {
  const tables = await readTables(client);
  const copied: CopiedTable[] = [];
  for (const [table, columns] of tables) {
    if (OWN_TABLES.has(table) || !source.has(table)) continue;
    const [found] = await query(client, `SELECT 1 FROM ${pg.escapeIdentifier(table)} LIMIT 1`);
    if (found) throw new StoreError(`${store} is not empty, so nothing was copied: name a new database`);
    copied.push({ table, rows: await copyTable(client, source, table, columns) });
  }
  // A subscriber resumes after the greatest id that it has seen, which may have been pruned meanwhile.
  await query(client, 'UPDATE event_log SET pos = GREATEST($1::bigint, pruned_up_to)', [
    source.lastId('events'),
  ]);
  return copied;
}

/** Those that others refer to come first. */
async function readTables(client: ClientBase): Promise<Map<string, Column[]>> {
  const rows = await query(
    client,
    `SELECT table_name AS "table", column_name AS name, data_type AS type, is_identity AS identity
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
     ORDER BY EXISTS (
       SELECT FROM pg_constraint
       WHERE contype = 'f' AND conrelid = format('%I.%I', table_schema, table_name)::regclass
     ), table_name, ordinal_position`,
  );
  const tables = new Map<string, Column[]>();
  for (const row of rows) {
    const table = String(row['table']);
    const column = {
      name: String(row['name']),
      type: String(row['type']),
      isIdentity: row['identity'] === 'YES',
    };
    tables.set(table, [...(tables.get(table) ?? []), column]);
  }
  return tables;
}

async function copyTable(
  client: ClientBase,
  source: TableRows,
  table: string,
  all: readonly Column[],
): Promise<number> {
  // What only this engine has stays as it begins.
  const columns = all.filter(
    ({ name }) => !(table === 'event_log' && (name === 'pos' || name === 'timeline')),
  );
  const names = columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
  const values = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
  const insert = `INSERT INTO ${pg.escapeIdentifier(table)} (${names}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(${values})`;
  let count = 0;
  let batch: (readonly CellValue[])[] = [];
  const write = async (): Promise<void> => {
    if (batch.length === 0) return;
    if (table === 'archive_message') await makeMonthsOf(client, batch, columns);
    // A list for each column.
    const lists = columns.map((column, index) => batch.map((row) => toCell(row[index] ?? null, column)));
    await client.query(insert, lists);
    count += batch.length;
    batch = [];
  };
  for (const row of source.read(
    table,
    columns.map(({ name }) => name),
  )) {
    batch.push(row);
    if (batch.length === BATCH) await write();
  }
  await write();
  if (columns.some(({ isIdentity }) => isIdentity)) {
    const last = source.lastId(table);
    if (last > 0n) await query(client, `SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, last]);
  }
  return count;
}

/** The partitions into which these rows go. */
async function makeMonthsOf(
  client: ClientBase,
  rows: readonly (readonly CellValue[])[],
  columns: readonly Column[],
): Promise<void> {
  const index = columns.findIndex(({ name }) => name === 'sent_at');
  const months = rows.map((row) => toMonth(Number(row[index])));
  const once = new Map(months.map((month) => [month.since, month]));
  await makeMonths({ all: (text, values) => query(client, text, values) }, [...once.values()]);
}

/** In the form that `createPostgresVault` gives it. A text that is no key has nothing to be escaped. */
function toCell(value: CellValue, { name, type }: Column): unknown {
  if (value === null) return null;
  if (type === 'tsvector')
    return toTsVector(
      String(value)
        .split(' ')
        .filter((token) => token !== ''),
    );
  // Encoded as it is sorted, on every engine, or JSON.
  if (name.endsWith('sequence') || name === 'shown') return String(value);
  if (type === 'bytea') return typeof value === 'string' ? Buffer.from(value) : value;
  if (type === 'text') return toKeyText(String(value));
  return String(value);
}
