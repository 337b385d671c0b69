import type { Codes } from '../../sql/archive/codes.ts';

/** The group of those who see all, and that of those who do not see who people are. */
export const ROLES = { masked: 'chat_history_analyst', unmasked: 'chat_history_analyst_unmasked' } as const;

/**
 * Whether who asks is of the group that sees all. In a view the current user is who asks, and not the view's owner. The server
 * finds it out once a statement, and does not even look at what it hides.
 */
export const MAY_KNOW = `(SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles WHERE rolname = '${ROLES.unmasked}' AND pg_has_role(oid, 'USAGE')
))`;

/** The name of the channel and its provider are in the name of its account, as `archiveAccountOf` makes it. */
export const CHANNEL = `regexp_replace(account.name, '^.* ', '')`;
export const PROVIDER = `split_part(account.name, ' ', 1)`;

/**
 * An id that is the same in all views, and tells nothing: a part of a hash with a secret that only the owner of the views can read. So
 * not even one who knows a phone number finds out which id it has. It is null where a value is, and the server knows that: so a
 * condition on it begins with the thing that has it.
 *
 * @param values expressions of texts that identify a thing among those of its kind, as the tables have them
 */
export function toId(kind: string, ...values: readonly string[]): string {
  const text = values.map((value) => `quote_literal(${value})`).join(` || ' ' || `);
  const hash = `sha256((SELECT salt FROM analyst_views) || convert_to('${kind} ' || ${text}, 'UTF8'))`;
  return `encode(substring(${hash} FROM 1 FOR 16), 'hex')`;
}

export const CONVERSATION_ID = toId('conversation', 'source.name', 'conversation.key');

/** @param alias of a row of archive_participant; null where there is none */
export function toParticipantId(alias: string): string {
  return toId('participant', 'account.name', `${alias}.role::text`, `${alias}.key`);
}

/** @param code an expression */
export function toName(codes: Pick<Codes<string>, 'names'>, code: string): string {
  const last = Math.max(...codes.names.keys());
  const names = Array.from({ length: last + 1 }, (_, index) => codes.names.get(index));
  return `(ARRAY[${names.map((name) => (name === undefined ? 'NULL' : `'${name}'`)).join(', ')}])[${code} + 1]`;
}

const UNKNOWN = '\uFFFD';
/** How many backslashes stand before one: an even number, so that it is not escaped itself. */
const NOT_ESCAPED = String.raw`(?<!\\)((?:\\\\)*)`;

/** A key as its provider spells it. PostgreSQL's texts have no U+0000, which is U+FFFD then. @param key an expression */
export function toNativeId(key: string): string {
  const known = `regexp_replace(${key}, '${NOT_ESCAPED}${String.raw`\\0`}', '\\1${UNKNOWN}', 'g')`;
  const plain = String.raw`replace(${known}, '\\', '\')`;
  return String.raw`CASE WHEN strpos(${key}, '\') = 0 THEN ${key} ELSE ${plain} END`;
}

/**
 * Reads what views show of a message once, and only where a column of it is asked for.
 *
 * @param shown an expression: a `ShownMessage` as JSON
 * @returns a row with the column `json`
 */
export function toShownRow(shown: string): string {
  return `(SELECT ${shown}::jsonb AS json OFFSET 0)`;
}

/**
 * The display name that one of a message's people has in it, of rows `message` and `shown`.
 *
 * @param participant an expression: an id of archive_participant
 */
export function toDisplayName(participant: string): string {
  const place = `array_position(string_to_array(message.people, ' '), (${participant})::text)`;
  return `shown.json #>> ARRAY['p', (${place} - 1)::text]`;
}
