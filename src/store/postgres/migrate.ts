import type { ClientBase } from 'pg';
import { StoreError, UnreadableStoreError } from '../../errors/store-error.ts';
import { checkKey, keepKey } from './encryption.ts';
import { isLost } from './error.ts';
import type { Opening } from './opening.ts';
import { inTransaction, query } from './query.ts';

/** Of the lock under which migrations run; any number that no other program on this database uses. */
const LOCK = 7_308_332_045;

/** Made by the migrations' runner itself. */
const VERSION_TABLE = `CREATE TABLE store_version (
  "only" smallint PRIMARY KEY CHECK ("only" = 1), version integer NOT NULL, minimum_program integer NOT NULL
)`;
/** Not by `to_regclass`, whose cache does not learn of a table that was made while this transaction waited for the lock. */
const FIND_VERSION_TABLE = `SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = current_schema() AND relname = 'store_version'`;

export interface Version {
  version: number;
  minimumProgram: number;
}

/**
 * Runs the migrations that are missing, all or none, and checks the key.
 *
 * @throws StoreError when the store was made with another key, or by a program that this one is too old for
 */
export async function migrate(client: ClientBase, opening: Opening): Promise<void> {
  const { version } = await readVersion(client, opening);
  // Without the lock and its writes while there is nothing to do.
  if (version < opening.migrations.length)
    await inTransaction(client, 'READ COMMITTED', () => runMissing(client, opening));
  await checkKey(client, opening);
}

/** @throws StoreError as `migrate`, and when a migration is missing */
export async function checkUpToDate(client: ClientBase, opening: Opening): Promise<void> {
  const { version } = await readVersion(client, opening);
  const own = opening.migrations.length;
  if (version === 0)
    throw new StoreError(`${opening.store} has no store: start the gateway with it once, which makes it`);
  if (version < own)
    throw new StoreError(
      `${opening.store} is of version ${version}, and this program's is ${own}: start the gateway with it once, which migrates the store`,
    );
  await checkKey(client, opening);
}

async function runMissing(client: ClientBase, opening: Opening): Promise<void> {
  const { store, migrations } = opening;
  // Until the transaction ends; those that start at the same moment wait here, and then find nothing to do.
  await query(client, 'SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const { version, minimumProgram } = await readVersion(client, opening);
  if (version >= migrations.length) return;
  if (version === 0) await runOne(client, VERSION_TABLE, store, 'be prepared');
  for (const [index, { change }] of migrations.entries()) {
    if (index >= version)
      await runOne(client, change, store, `be migrated from version ${index} to ${index + 1}`);
  }
  if (version === 0) await keepKey(client, opening);
  await query(
    client,
    `INSERT INTO store_version ("only", version, minimum_program) VALUES (1, $1, $2)
     ON CONFLICT ("only") DO UPDATE SET version = excluded.version, minimum_program = excluded.minimum_program`,
    [migrations.length, Math.max(minimumProgram, ...migrations.map((migration) => migration.minimumProgram))],
  );
}

async function runOne(client: ClientBase, change: string, store: string, what: string): Promise<void> {
  try {
    await query(client, change);
  } catch (error) {
    if (isLost(error)) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new StoreError(`${store} could not ${what}, and is unchanged: ${problem}`, { cause: error });
  }
}

/** @returns version 0 when there is no store yet. @throws UnreadableStoreError when this program is too old for it */
export async function readVersion(client: ClientBase, { store, migrations }: Opening): Promise<Version> {
  const found = await query(client, FIND_VERSION_TABLE);
  if (found.length === 0) return { version: 0, minimumProgram: 0 };
  const [row] = await query(client, 'SELECT version, minimum_program FROM store_version');
  const version = Number(row?.['version'] ?? 0);
  const minimumProgram = Number(row?.['minimum_program'] ?? 0);
  if (minimumProgram <= migrations.length) return { version, minimumProgram };
  throw new UnreadableStoreError(
    `${store} is of version ${version}, which needs programs of version ${minimumProgram} or newer, and this program's is ${migrations.length}: a newer one has migrated it. Start that one, restore the backup from before the upgrade, or name another database in store.location`,
  );
}
