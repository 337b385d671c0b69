import type { ClientBase } from 'pg';
import { MONTH_CHECK } from '../archive/months.ts';
import { query } from '../query.ts';
import { ROLES } from './expressions.ts';
import { VIEWS, VIEWS_VERSION } from './index.ts';
import { SCHEMA } from './view.ts';

/** What there is of the views and of what belongs to them. */
export interface ViewsState {
  /** 0: this store has made none. */
  version: number;
  /** Names of views that are there. */
  views: readonly string[];
  /** `FOREIGN`: it belongs to another user, store or program. */
  schema: 'NONE' | 'OWN' | 'FOREIGN';
  /** With their ids, by name: one that was dropped and made again is another one. */
  roles: ReadonlyMap<string, string>;
  /** Ids of roles that were granted the views once; what an administrator has revoked since stays so. */
  granted: readonly string[];
  /** Whether each month says what it holds. */
  areMonthsChecked: boolean;
  mayCreateSchema: boolean;
  mayCreateRoles: boolean;
  /** Of the store, quoted. */
  user: string;
}

/** Not by `to_regclass`, as in `migrate.ts`. */
const FIND = `SELECT
  EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema() AND relname = 'analyst_views') AS has_version,
  (SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = '${SCHEMA}') AS is_owner,
  ARRAY(SELECT relname::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = '${SCHEMA}' AND relkind IN ('r', 'v', 'm', 'f', 'p')) AS relations,
  ARRAY(SELECT rolname || ' ' || oid FROM pg_roles WHERE rolname = ANY ($1::text[])) AS roles,
  NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = to_regclass('archive_message') AND NOT EXISTS (
    SELECT FROM pg_constraint WHERE conrelid = inhrelid AND conname = '${MONTH_CHECK}' AND convalidated)) AS are_months_checked,
  has_database_privilege(current_database(), 'CREATE') AS may_create_schema,
  (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create_roles,
  quote_ident(current_user) AS "user"`;

export async function readViewsState(client: ClientBase): Promise<ViewsState> {
  const [row = {}] = await query(client, FIND, [`{${Object.values(ROLES).join(',')}}`]);
  const [own] =
    row['has_version'] === true ? await query(client, 'SELECT version, granted FROM analyst_views') : [];
  const version = Number(own?.['version'] ?? 0);
  const relations = toTexts(row['relations']);
  const isOwn = row['is_owner'] === true && (own !== undefined || relations.length === 0);
  return {
    version,
    views: relations,
    schema: row['is_owner'] === null ? 'NONE' : isOwn ? 'OWN' : 'FOREIGN',
    roles: new Map(
      toTexts(row['roles']).map((role): [string, string] => {
        const [name = '', id = ''] = role.split(' ');
        return [name, id];
      }),
    ),
    granted: toTexts(own?.['granted']),
    areMonthsChecked: row['are_months_checked'] === true,
    mayCreateSchema: row['may_create_schema'] === true,
    mayCreateRoles: row['may_create_roles'] === true,
    user: String(row['user']),
  };
}

/** Whether anything is missing that the store's user can make. */
export function isIncomplete(state: ViewsState): boolean {
  const { version, views, schema, roles, granted, areMonthsChecked, mayCreateSchema, mayCreateRoles } = state;
  if (schema === 'FOREIGN' || (schema === 'NONE' && !mayCreateSchema)) return false;
  return (
    version < VIEWS_VERSION ||
    VIEWS.some(({ name }) => !views.includes(name)) ||
    !areMonthsChecked ||
    (mayCreateRoles && missingRoles(state).length > 0) ||
    [...roles.values()].some((id) => !granted.includes(id))
  );
}

export function missingRoles({ roles }: Pick<ViewsState, 'roles'>): string[] {
  return Object.values(ROLES).filter((role) => !roles.has(role));
}

function toTexts(values: unknown): string[] {
  return Array.isArray(values) ? values.map(String) : [];
}
