import type { KeyObject } from 'node:crypto';
import pg, { type Client } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../util/clock.ts';
import type { Bell } from '../bell.ts';
import { SqlStore, type SharedParts } from '../sql/sql-store.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';
import type { TableRows } from '../table-rows.ts';
import type { Vault } from '../vault.ts';
import { PostgresArchives } from './archive/archives.ts';
import { PostgresAccessTokens } from './access-tokens.ts';
import { appendTogether } from './append-events.ts';
import { createPool, toAddress, type Address } from './connection.ts';
import { copyTables, type CopiedTable } from './copy.ts';
import { checkKey } from './encryption.ts';
import { orConnectionError, toOpeningError } from './error.ts';
import { PostgresKeyv } from './keyv.ts';
import { PostgresLeases } from './leases.ts';
import { checkUpToDate, migrate, readVersion } from './migrate.ts';
import { POSTGRES_MIGRATIONS } from './migrations/index.ts';
import type { Opening } from './opening.ts';
import { PostgresSql } from './postgres-sql.ts';
import { PostgresQuotaShares } from './quota-shares.ts';
import { inTransaction } from './query.ts';
import { scrubTables } from './scrub.ts';
import { checkSettings, readSettings } from './server-settings.ts';
import { createPostgresVault } from './vault.ts';
import { keepViews } from './views/keep-views.ts';
import { readViewsState } from './views/state.ts';
import { ENCRYPTED, toWords } from './views/to-words.ts';

export interface PostgresSurroundings {
  clock: Clock;
  log: Logger;
}

export interface PostgresStores {
  store: Store;
  /** The page cache, over the same connections: it closes with the store. */
  pages: PostgresKeyv;
  useBell: (bell: Bell) => void;
}

/** A standby that was promoted begins another one, and so does a server that was recovered. */
const TIMELINE = 'left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)';

/**
 * Opens a store in a PostgreSQL database, and makes or migrates its tables.
 *
 * @param location `postgres://…`
 * @param encryptionKey 32 bytes; null: what is stored is readable
 * @throws StoreError when there is no server, or it may lose what was committed, or the store does not open with this key
 */
export function openPostgres(
  location: string,
  encryptionKey: KeyObject | null,
  surroundings: PostgresSurroundings,
): Promise<PostgresStores> {
  return open(location, encryptionKey, surroundings, false);
}

/** Opens a store without changing anything, also on a standby. @throws StoreError as `openPostgres`, and when it is of an older version */
export async function openPostgresForReading(
  location: string,
  encryptionKey: KeyObject | null,
  surroundings: PostgresSurroundings,
): Promise<Store> {
  return (await open(location, encryptionKey, surroundings, true)).store;
}

/** @returns how many migrations the store has run, and how many there are. @throws StoreError as `openPostgres` */
export async function readPostgresVersion(
  location: string,
  encryptionKey: KeyObject | null,
  log: Logger,
): Promise<{ found: number; known: number }> {
  const address = toAddress(location);
  const opening = toOpening(address, encryptionKey);
  const { version } = await withClient(address, log, async (client) => {
    const found = await readVersion(client, opening);
    if (found.version > 0) await checkKey(client, opening);
    return found;
  });
  return { found: version, known: opening.migrations.length };
}

/**
 * Makes the views for analysts that are missing, and tells of them.
 *
 * @param isDry nothing is made
 * @returns as `toWords`
 * @throws StoreError as `openPostgres`
 */
export async function keepPostgresViews(
  location: string,
  encryptionKey: KeyObject | null,
  log: Logger,
  isDry: boolean,
): Promise<string[]> {
  if (encryptionKey !== null) return [ENCRYPTED];
  return withClient(toAddress(location), log, async (client) => {
    if (isDry) return toWords(await readViewsState(client));
    const { state, refusal } = await keepViews(client, true);
    return toWords(state, refusal?.message);
  });
}

/**
 * Makes a store of the rows of another, all of it or nothing.
 *
 * @param encryptionKey of both
 * @throws StoreError as `openPostgres`, and when there is something in it
 */
export async function copyIntoPostgres(
  location: string,
  encryptionKey: KeyObject | null,
  source: TableRows,
  log: Logger,
): Promise<CopiedTable[]> {
  const address = toAddress(location);
  return withClient(address, log, async (client) => {
    checkSettings(await readSettings(client), address.name, false);
    await migrate(client, toOpening(address, encryptionKey));
    return inTransaction(client, 'READ COMMITTED', () => copyTables(client, source, address.name));
  });
}

/**
 * Frees the space of deleted rows in all tables.
 *
 * @param isWhole the tables are written anew, so that nothing of them is left in their files
 * @throws StoreError as `openPostgres`, and `scrubTables`
 */
export async function scrubPostgres(location: string, log: Logger, isWhole: boolean): Promise<void> {
  const address = toAddress(location);
  await withClient(address, log, (client) => scrubTables(client, address.name, isWhole));
}

function toOpening({ name }: Address, encryptionKey: KeyObject | null): Opening {
  return {
    store: name,
    vault: createPostgresVault(encryptionKey),
    hasKey: encryptionKey !== null,
    migrations: POSTGRES_MIGRATIONS,
  };
}

async function open(
  location: string,
  encryptionKey: KeyObject | null,
  { clock, log }: PostgresSurroundings,
  isReadOnly: boolean,
): Promise<PostgresStores> {
  const address = toAddress(location);
  const opening = toOpening(address, encryptionKey);
  const { vault } = opening;
  await withClient(address, log, async (client) => {
    const settings = await readSettings(client);
    checkSettings(settings, address.name, isReadOnly);
    if (!isReadOnly && settings.standbys === '')
      log.warn('The store has no synchronous standby: what it has acknowledged is lost with its machine');
    await (isReadOnly ? checkUpToDate : migrate)(client, opening);
    if (!isReadOnly && encryptionKey === null) {
      const { refusal } = await keepViews(client, false);
      if (refusal !== null)
        log.warn(
          { err: refusal },
          'The views for analysts could not be made; the gateway works without them',
        );
    }
  });
  const background: PostgresSurroundings = { clock: clock.background ?? clock, log };
  const sql = new PostgresSql(createPool(address.config, log), {
    ...background,
    name: address.name,
    isReadOnly,
  });
  return {
    store: toPostgresStore(sql, vault, background),
    pages: new PostgresKeyv(sql, vault, clock),
    useBell: (bell) => {
      sql.useBell(bell);
    },
  };
}

/** The store in a database that is open and whose tables are up to date. @param parts in place of its own */
export function toPostgresStore(
  sql: Sql,
  vault: Vault,
  surroundings: PostgresSurroundings,
  parts: Partial<SharedParts> = {},
): Store {
  const leases = new PostgresLeases(sql, surroundings);
  return new SqlStore(sql, vault, new PostgresArchives(sql, vault), {
    append: appendTogether,
    leases,
    quotaShares: new PostgresQuotaShares(sql, vault),
    accessTokens: new PostgresAccessTokens(sql, vault, leases),
    course: TIMELINE,
    ...parts,
  });
}

/** On a connection of its own without time limits for statements: a migration takes as long as it takes. */
async function withClient<T>(
  { config, name }: Address,
  log: Logger,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  let client: Client | undefined;
  try {
    client = new pg.Client({ ...config, statement_timeout: 0, query_timeout: 0 });
    client.on('error', (error) => {
      // The statement under way fails with it, too.
      log.debug({ err: error }, 'The connection that opens the store broke');
    });
    await orConnectionError(client.connect());
    return await use(client);
  } catch (error) {
    throw toOpeningError(error, name);
  } finally {
    await client?.end();
  }
}
