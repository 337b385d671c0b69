import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type Client } from 'pg';
import { StoreError } from '../../errors/store-error.ts';
import { readReadersBefore } from './readers-before.ts';
import { sqlStateOf } from './error.ts';
import { query } from './query.ts';

/** Longer than a standby takes to tell what its readers need, and statements of gateways. */
const WAIT_MS = 60_000;
const PAUSE_MS = 500;
/** While a table is waited for, all that gateways do with it waits behind. */
const LOCK_TIMEOUT_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';

interface Table {
  /** Quoted. */
  name: string;
  /** Its rows are in tables of their own. */
  isParent: boolean;
}

/**
 * Frees the space of deleted rows in all tables of the schema, and makes anew what the server has noted of their values.
 *
 * @param store how messages name it
 * @param isWhole the tables are written anew, so that nothing of deleted rows is left in their files, nor in those of the statistics
 * @param waitMs how long it waits for those who may still read the deleted rows, and about as long for each table, when `isWhole`
 * @throws StoreError when something of them is left, and who or what is in the way
 */
export async function scrubTables(
  client: Client,
  store: string,
  isWhole: boolean,
  waitMs = WAIT_MS,
): Promise<void> {
  const warnings: string[] = [];
  client.on('notice', ({ code, message }) => {
    // Class 01, in whatever language the server writes: tables that were left out.
    if (code?.startsWith('01')) warnings.push(String(message));
  });
  const fail = (problem: string): never => {
    throw new StoreError(`${store}: what was deleted is still in its files: ${problem}`);
  };
  const tables = await readTables(client);
  await analyze(client, tables);
  if (isWhole) {
    const left = await clearStatistics(client);
    if (left.length > 0)
      fail(
        `tables are empty, but the server has noted values that they had (${left.join(', ')}), which a superuser alone can take away: run this with one in store.location`,
      );
    const readers = await waitForReaders(client, waitMs);
    if (readers.length > 0)
      fail(`it may still be read by ${readers.join(', ')}: end that, or wait until it has ended`);
  }
  const names = tables.filter(({ isParent }) => !isParent).map(({ name }) => name);
  if (isWhole) {
    // Last: also of former values in the statistics.
    for (const name of [...names, 'pg_catalog.pg_statistic'])
      if (!(await rewrite(client, name, waitMs)))
        fail(`${name} is in use all the time, such as by a long statement: end that`);
  } else for (const name of names) await query(client, `VACUUM ${name}`);
  if (warnings.length > 0) fail(warnings.join('; '));
}

async function readTables(client: Client): Promise<Table[]> {
  const rows = await query(
    client,
    `SELECT relname AS name, relkind = 'p' AS is_parent FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = current_schema() AND relkind IN ('r', 'p') ORDER BY relname`,
  );
  return rows.map((row) => ({
    name: pg.escapeIdentifier(String(row['name'])),
    isParent: row['is_parent'] === true,
  }));
}

/** A parent has statistics of its own, which no other statement makes anew. */
async function analyze(client: Client, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) await query(client, `ANALYZE ${name}`);
}

/**
 * Takes away what is noted of tables that are empty, of which ANALYZE leaves it as it was. Numbers name no person.
 *
 * @returns the tables of which something is left, since its user may not do that
 */
async function clearStatistics(client: Client): Promise<string[]> {
  const noted = await query(
    client,
    `SELECT DISTINCT relname AS name
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       JOIN pg_attribute ON attrelid = pg_class.oid JOIN pg_type ON pg_type.oid = atttypid
       JOIN pg_stats ON schemaname = nspname AND tablename = relname AND pg_stats.attname = pg_attribute.attname
     WHERE nspname = current_schema() AND relkind IN ('r', 'p') AND typcategory NOT IN ('B', 'D', 'N')
       AND (most_common_vals IS NOT NULL OR histogram_bounds IS NOT NULL)
     ORDER BY relname`,
  );
  const empty: string[] = [];
  for (const { name } of noted) {
    const [row] = await query(
      client,
      `SELECT EXISTS (SELECT FROM ${pg.escapeIdentifier(String(name))}) AS has_rows`,
    );
    if (row?.['has_rows'] === false) empty.push(String(name));
  }
  const [settings] = await query(client, `SELECT current_setting('is_superuser') AS is_superuser`);
  if (settings?.['is_superuser'] !== 'on') return empty;
  for (const name of empty)
    await query(
      client,
      `DELETE FROM pg_catalog.pg_statistic WHERE starelid = format('%I.%I', current_schema(), $1::text)::regclass`,
      [name],
    );
  return [];
}

/** @returns whether it was written anew, or others used it so long */
async function rewrite(client: Client, name: string, waitMs: number): Promise<boolean> {
  await query(client, `SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  for (let waited = 0; ; waited += LOCK_TIMEOUT_MS + PAUSE_MS)
    try {
      await query(client, `VACUUM (FULL) ${name}`);
      return true;
    } catch (error) {
      if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      if (waited >= waitMs) return false;
      await sleep(PAUSE_MS);
    }
}

/** @returns who may still read what was deleted by now, after so long */
async function waitForReaders(client: Client, waitMs: number): Promise<string[]> {
  // A transaction without effects, whose number is later than those of all deletions.
  const [row] = await query(client, 'SELECT pg_current_xact_id()::text AS id');
  const id = String(row?.['id']);
  for (let waited = 0; ; waited += PAUSE_MS) {
    const readers = await readReadersBefore(client, id);
    if (readers.length === 0 || waited >= waitMs) return readers;
    await sleep(PAUSE_MS);
  }
}
