import { VIEWS_VERSION } from './index.ts';
import { isIncomplete, missingRoles, type ViewsState } from './state.ts';
import { SCHEMA } from './view.ts';

export const ENCRYPTED =
  'has no views for analysts: it is encrypted, and a view would show nothing but what is sealed.';

const NO_VIEWS = 'has no views for analysts:';

/**
 * What there is for analysts, and what an administrator has to do: sentences that follow the name of the store, then lines of SQL.
 *
 * @param refusal what the server has said when they were made; left out: nothing
 */
export function toWords(state: ViewsState, refusal?: string): string[] {
  const { version, schema, mayCreateSchema, user } = state;
  if (refusal !== undefined) return [`could not get its views for analysts, and has what it had: ${refusal}`];
  if (schema === 'FOREIGN')
    return [
      `${NO_VIEWS} its database has a schema ${SCHEMA} of another owner or program. Rename that one, then migrate again.`,
    ];
  if (schema === 'NONE' && !mayCreateSchema)
    return [
      `${NO_VIEWS} its user may not create schemas. As an administrator of the database run this, then migrate again:`,
      `CREATE SCHEMA ${SCHEMA} AUTHORIZATION ${user};`,
    ];
  if (isIncomplete(state))
    return [
      version < VIEWS_VERSION
        ? `${NO_VIEWS} this program makes them, or those of its own version.`
        : 'has views for analysts that this program completes.',
    ];
  const missing = missingRoles(state);
  if (missing.length === 0) return [`has views for analysts in its schema ${SCHEMA}.`];
  return [
    `has views for analysts in its schema ${SCHEMA}, but its user may not create the roles that open them. As an administrator of the server run this, then migrate again:`,
    ...missing.map((role) => `CREATE ROLE ${role} NOLOGIN;`),
  ];
}
