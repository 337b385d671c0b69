import { randomBytes, type KeyObject } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { isPostgres } from '../../src/store/location.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createPool, toAddress } from '../../src/store/postgres/connection.ts';
import { openPostgres, toPostgresStore } from '../../src/store/postgres/open.ts';
import { PostgresSql } from '../../src/store/postgres/postgres-sql.ts';
import { createPostgresVault } from '../../src/store/postgres/vault.ts';
import { SqlStore } from '../../src/store/sql/sql-store.ts';
import type { Sql } from '../../src/store/sql.ts';
import { createMemoryArchives } from '../../src/store/sqlite/archive/archives.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { SqliteSql } from '../../src/store/sqlite/sqlite-sql.ts';
import type { AccessTokens, Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { OpeningSql } from './opening-sql.ts';
import { runOn } from './postgres.ts';
import type { StoreConfig } from './store-config.ts';

/** `npm run test:postgres` sets it: the tests then have their stores on the server that `POSTGRES_URL` names. */
export const isOnServer = process.env['TEST_STORE'] === 'postgres';
const SURROUNDINGS = { clock: systemClock, log: pino({ enabled: false }) };
/** Each channel its own, as with an embedded store: shared ones end by the server's clock, which a test cannot set. */
const OWN_TOKENS: AccessTokens = { get: (_account, _refused, _signal, make) => make() };
/** Where a test names a file by its whole path, the same one is the same store. */
const places = new Map<string, Promise<string>>();

/**
 * A store of a test's own, as the configuration names it.
 *
 * @param embedded what it is where the tests run without a server: `memory:`, or `sqlite:` and a file
 */
export function createTestLocation(embedded = 'memory:'): Promise<string> {
  if (!isOnServer) return Promise.resolve(embedded);
  if (!embedded.startsWith('sqlite:/')) return createSchema();
  const place = places.get(embedded) ?? createSchema();
  places.set(embedded, place);
  return place;
}

/** Lines of a configuration: a store of a test's own, and the secret that one on a server needs. */
export interface StoreSettings {
  store: StoreConfig;
  secret?: string;
}

/** @param embedded as `createTestLocation`, with its key when it has one */
export async function createStoreSettings(embedded: StoreConfig = 'memory:'): Promise<StoreSettings> {
  const store =
    typeof embedded === 'string'
      ? await createTestLocation(embedded)
      : { ...embedded, location: await createTestLocation(embedded.location) };
  return isOnServer ? { store, secret: randomBytes(32).toString('base64') } : { store };
}

/** Opens the store of a location, which several may have open. @param key null: what is stored is readable */
export function openTestLocation(location: string, key: KeyObject | null = null): Promise<Store> {
  return openStore(location, '.', key, SURROUNDINGS);
}

/** Runs statements in the store of a location as a person with a database shell would. */
export async function runOnLocation(location: string, text: string): Promise<void> {
  if (isPostgres(location)) {
    await runOn(location, text);
    return;
  }
  using database = new DatabaseSync(location.slice('sqlite:'.length));
  database.exec(text);
}

/** An empty store, open. */
export interface TestStore {
  store: Store;
  /** To look into it, or change it. */
  sql: Sql;
  /** Runs statements as a person with a database shell would. */
  run: (text: string) => Promise<unknown>;
  /** The same one, as another process would have it, over the same connections. */
  another: () => Store;
}

/** @param key null: what is stored is readable */
export function openTestStore(key: KeyObject | null = null): TestStore {
  if (isOnServer) return openOnServer(key);
  return toTestStore(openDatabase(':memory:', 'NORMAL', key), key);
}

/** A store in SQLite, for what is about SQLite. */
export function toTestStore(database: Database, key: KeyObject | null = null): TestStore {
  const open = (own: SqliteSql): Store => new SqlStore(own, database.vault, createMemoryArchives(key));
  const sql = new SqliteSql(database);
  return {
    store: open(sql),
    sql,
    run: (text) => {
      database.exec(text);
      return Promise.resolve();
    },
    another: () => open(new SqliteSql(database)),
  };
}

/** What a process writes without the line of the log that a server without a standby gets, as those of tests are. */
export function withoutStandbyWarning(text: string): string {
  return text.replaceAll(/^.*The store has no synchronous standby.*\n/gm, '');
}

/** The lines of a log without that one. */
export function withoutStandbyLine(lines: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return lines.filter(({ msg }) => withoutStandbyWarning(`${String(msg)}\n`) !== '');
}

/** An SQL expression of a column of values that are not encrypted. @param text a literal */
export function toBytes(text: string): string {
  return isOnServer ? `convert_to(${text}, 'UTF8')` : text;
}

/** An SQL expression of what such a column holds, as text. */
export function toText(column: string): string {
  return isOnServer ? `convert_from(${column}, 'UTF8')` : column;
}

/** Statements after which no row is inserted of which a condition holds; and those that undo it. @param condition of `new` */
export function refuseRows(table: string, condition: string): { on: string; off: string } {
  return isOnServer
    ? {
        on: `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no such row'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION refuse()`,
        off: `DROP TRIGGER refuse ON ${table}; DROP FUNCTION refuse`,
      }
    : {
        on: `CREATE TRIGGER refuse BEFORE INSERT ON ${table} WHEN ${condition} BEGIN SELECT RAISE(ABORT, 'no such row'); END`,
        off: 'DROP TRIGGER refuse',
      };
}

/** Statements after which a transaction that has inserted a row cannot be committed; and those that undo it. */
export function refuseCommits(table: string): { on: string; off: string } {
  return isOnServer
    ? {
        on: `CREATE FUNCTION orphans() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'an orphan'; END $$;
             CREATE CONSTRAINT TRIGGER orphans AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION orphans()`,
        off: `DROP TRIGGER orphans ON ${table}; DROP FUNCTION orphans`,
      }
    : {
        on: `CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER orphans AFTER INSERT ON ${table} BEGIN INSERT INTO children VALUES (1); END`,
        off: 'DROP TRIGGER orphans; DROP TABLE children; DROP TABLE parents',
      };
}

/** In one database, which has a tenth of the files of one for each. It goes with the server. */
async function createSchema(): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(process.env['POSTGRES_URL'] ?? '');
  await runOn(url.href, `CREATE SCHEMA ${name}`);
  url.searchParams.set('options', `-c search_path=${name}`);
  return url.href;
}

function openOnServer(key: KeyObject | null): TestStore {
  const made = createSchema().then(async (url) => {
    await (await openPostgres(url, key, SURROUNDINGS)).store.close();
    return url;
  });
  const sql = new OpeningSql(made.then((url) => connect(url)));
  const vault = createPostgresVault(key);
  const open = (): Store => toPostgresStore(sql, vault, SURROUNDINGS, { accessTokens: OWN_TOKENS });
  return { store: open(), sql, run: async (text) => runOn(await made, text), another: open };
}

function connect(url: string): Sql {
  const { config, name } = toAddress(url);
  // What a test has forgotten to close keeps no process alive.
  const pool = createPool({ ...config, max: 4, allowExitOnIdle: true }, SURROUNDINGS.log);
  return new PostgresSql(pool, { ...SURROUNDINGS, name, isReadOnly: false });
}
