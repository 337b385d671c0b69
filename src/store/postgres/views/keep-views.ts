import type { ClientBase } from 'pg';
import { isLost } from '../error.ts';
import { checkMonths } from '../archive/months.ts';
import { toMoment } from '../archive/moment.ts';
import { inTransaction, query } from '../query.ts';
import type { SqlReader } from '../../sql.ts';
import { MAY_KNOW, ROLES } from './expressions.ts';
import { toDay } from './figures.ts';
import { VIEWS, VIEWS_VERSION } from './index.ts';
import { isIncomplete, readViewsState, type ViewsState } from './state.ts';
import { SCHEMA, toStatements } from './view.ts';

/** Of the lock under which views are made; any number that no other program on this database uses. */
const LOCK = 7_308_332_046;
/** Analysts' statements may take hours, and a view cannot be replaced under them. A gateway does not wait for them. */
const MOST_WAITING = "lock_timeout = '5s'";

/** By moments of all channels, and by days: by `source` alone a day of one channel would read all that the channel has. */
const INDEXES = [
  `CREATE INDEX IF NOT EXISTS archive_message_moment ON archive_message ((${toMoment('sent_at')}), source)`,
  `CREATE INDEX IF NOT EXISTS archive_aggregate_day ON archive_aggregate (${toDay('quarter')}, source)`,
];

/** The secret of ids is made once. */
const OWN_TABLE = [
  `CREATE TABLE IF NOT EXISTS analyst_views (
     "only" smallint PRIMARY KEY CHECK ("only" = 1), version integer NOT NULL, salt bytea NOT NULL, granted text[] NOT NULL
   )`,
  `INSERT INTO analyst_views VALUES (
     1, 0, decode(replace(concat(gen_random_uuid(), gen_random_uuid()), '-', ''), 'hex'), '{}'
   ) ON CONFLICT DO NOTHING`,
];

/**
 * Makes the views of this program's version, their indexes and roles, as far as the store's user may. In a store that is not encrypted.
 *
 * @returns what there is then, and what the server has refused; null: nothing
 * @throws ConnectionError
 */
export async function keepViews(client: ClientBase): Promise<{ state: ViewsState; refusal: Error | null }> {
  const found = await readViewsState(client);
  if (!isIncomplete(found)) return { state: found, refusal: null };
  try {
    await inTransaction(client, 'READ COMMITTED', () => makeMissing(client), [MOST_WAITING]);
    return { state: await readViewsState(client), refusal: null };
  } catch (error) {
    if (isLost(error) || !(error instanceof Error)) throw error;
    return { state: found, refusal: error };
  }
}

async function makeMissing(client: ClientBase): Promise<void> {
  // Until the transaction ends. Another gateway may have made all meanwhile.
  await query(client, 'SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const found = await readViewsState(client);
  if (!isIncomplete(found)) return;
  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await query(client, statement);
  };
  if (found.version < VIEWS_VERSION || VIEWS.some(({ name }) => !found.views.includes(name))) {
    await run([...OWN_TABLE, ...INDEXES]);
    // Not IF NOT EXISTS, for which the user would need the right to make it.
    if (found.schema === 'NONE') await run([`CREATE SCHEMA ${SCHEMA}`]);
    await run(VIEWS.flatMap((view) => toStatements(view, MAY_KNOW)));
  }
  const tx: Pick<SqlReader, 'all'> = { all: (text, values) => query(client, text, values) };
  await checkMonths(tx);
  if (found.mayCreateRoles) await run(Object.values(ROLES).map(toRoleStatement));
  await grant(client, found);
}

/** Roles belong to the server: another database's gateway may be making them now, and a server may have rules of its own. */
function toRoleStatement(role: string): string {
  return `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
  END $$`;
}

/** All views to those who were granted none yet, and new views to the others: what an administrator has revoked stays so. */
async function grant(client: ClientBase, before: ViewsState): Promise<void> {
  const { roles } = await readViewsState(client);
  for (const [role, id] of roles) {
    const isNew = !before.granted.includes(id);
    const views = VIEWS.filter(({ name }) => isNew || !before.views.includes(name));
    if (isNew) await query(client, `GRANT USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
    for (const { name } of views) await query(client, `GRANT SELECT ON ${SCHEMA}.${name} TO ${role}`);
  }
  await query(client, 'UPDATE analyst_views SET version = greatest(version, $1), granted = $2::text[]', [
    VIEWS_VERSION,
    `{${[...roles.values()].join(',')}}`,
  ]);
}
