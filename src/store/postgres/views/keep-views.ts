import type { ClientBase } from 'pg';
import { isLocked, isLost } from '../error.ts';
import { checkMonths } from '../archive/months.ts';
import { inTransaction, query } from '../query.ts';
import { buildIndexes } from './build-indexes.ts';
import { MAY_KNOW, ROLES } from './expressions.ts';
import { VIEWS, VIEWS_VERSION } from './index.ts';
import { isIncomplete, readViewsState, type ViewsState } from './state.ts';
import { SCHEMA, toStatements } from './view.ts';

/** Of the lock under which views are made; any number that no other program on this database uses. */
const LOCK = 7_308_332_046;
/** Analysts' statements may take hours, and a view cannot be replaced under them. A gateway does not wait for them. */
const MOST_WAITING = "lock_timeout = '5s'";
/** What others have to wait behind waits less, and tries again. */
const SHORT_WAITING = "lock_timeout = '1s'";
const TRIES = 5;
/** An index is built once all that began before has ended. No one waits for that but who starts. */
const START_WAITING = "lock_timeout = '1min'";

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
 * Where another gateway is at it, it leaves that to it.
 *
 * @param client in no transaction
 * @param isPatient it waits until what takes long can be done, whatever analysts do
 * @returns what there is then, and what the server has refused; null: nothing
 * @throws ConnectionError
 */
export async function keepViews(
  client: ClientBase,
  isPatient: boolean,
): Promise<{ state: ViewsState; refusal: Error | null }> {
  const found = await readViewsState(client);
  if (!isIncomplete(found)) return { state: found, refusal: null };
  // Not waited for: an index is built once all transactions have ended, and one that waited here would be among them.
  const [lock] = await query(client, 'SELECT pg_try_advisory_lock($1) AS is_own', [LOCK]);
  if (lock?.['is_own'] !== true) return { state: found, refusal: null };
  const result = await tryMaking(client, isPatient);
  await query(client, 'SELECT pg_advisory_unlock($1)', [LOCK]);
  return { state: await readViewsState(client), refusal: result };
}

/** @returns what the server has refused */
async function tryMaking(client: ClientBase, isPatient: boolean): Promise<Error | null> {
  try {
    // Another gateway may have made all meanwhile.
    const found = await readViewsState(client);
    if (isIncomplete(found)) await makeMissing(client, found, isPatient);
    return null;
  } catch (error) {
    if (isLost(error) || !(error instanceof Error)) throw error;
    return error;
  }
}

async function makeMissing(client: ClientBase, found: ViewsState, isPatient: boolean): Promise<void> {
  const lacksViews = found.version < VIEWS_VERSION || VIEWS.some(({ name }) => !found.views.includes(name));
  await query(client, `SET ${isPatient ? 'lock_timeout = 0' : START_WAITING}`);
  // Before the views, whose version says that there is all that they need.
  const whileOthersWait = (statement: string): Promise<void> => waitShortly(client, statement);
  if (lacksViews) await buildIndexes(client, whileOthersWait);
  await checkMonths({ all: (text, values) => query(client, text, values) }, whileOthersWait);
  await inTransaction(client, 'READ COMMITTED', () => makeViews(client, found, lacksViews), [MOST_WAITING]);
}

async function waitShortly(client: ClientBase, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await inTransaction(client, 'READ COMMITTED', () => query(client, statement), [SHORT_WAITING]);
      return;
    } catch (error) {
      if (!isLocked(error) || attempt === TRIES) throw error;
    }
    await query(client, 'SELECT pg_sleep(1)');
  }
}

async function makeViews(client: ClientBase, found: ViewsState, lacksViews: boolean): Promise<void> {
  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await query(client, statement);
  };
  if (lacksViews) {
    await run(OWN_TABLE);
    // Not IF NOT EXISTS, for which the user would need the right to make it.
    if (found.schema === 'NONE') await run([`CREATE SCHEMA ${SCHEMA}`]);
    await run(VIEWS.flatMap((view) => toStatements(view, MAY_KNOW)));
  }
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
