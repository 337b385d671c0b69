import type { TimeSpan } from '../../ports/message-archive.ts';
import type { SqlReader, SqlValue } from '../../sql.ts';
import type { StoredQuery } from '../../sql/archive/tables.ts';
import { idsOfSecond, toFirstId } from './message-ids.ts';

/** A statement, and the values of its placeholders. */
export type Selection = [text: string, values: SqlValue[]];

/** Of messages; the end is excluded. */
export interface Ids {
  first: number;
  end: number;
}

/** So many messages are looked through at a time: SQLite answers at once, and other requests wait. */
const MOST_LOOKED_THROUGH = 5_000;
/** What has a token that so few messages have is found in little time among all messages. */
const FEW = 2_000;

/** Of all messages whose seconds are in the span. */
export function toIds({ since, until }: TimeSpan): Ids {
  return { first: toFirstId(since), end: idsOfSecond(toFirstId(until - 1)).end };
}

/** Numbers are bound as REAL, and FTS5 reads past bounds that are not integers. */
export const IN_IDS = 'rowid >= CAST($1 AS INTEGER) AND rowid < CAST($2 AS INTEGER)';

/** Whether one of the lists is met by few of the messages. */
export async function hasFew(sql: SqlReader, tokens: StoredQuery['tokens'], ids: Ids): Promise<boolean> {
  if (tokens.length === 1) return true;
  for (const list of tokens) {
    const rows = await sql.all(
      `SELECT rowid FROM archive_terms WHERE archive_terms MATCH $3 AND ${IN_IDS} LIMIT 1 OFFSET $4`,
      [ids.first, ids.end, toMatch(list), FEW],
    );
    if (rows.length === 0) return true;
  }
  return false;
}

/** All of the span, or to the moment of the last message that may be looked through, and all of that. */
export async function narrowSpan(
  sql: SqlReader,
  source: number,
  { order, span, tokens }: Pick<StoredQuery, 'order' | 'span' | 'tokens'>,
): Promise<TimeSpan> {
  if (await hasFew(sql, tokens, toIds(span))) return span;
  const [row] = await sql.all(...selectFarthest(source, { order, span }));
  if (!row) return span;
  const moment = Number(row['sent_at']);
  return order === 'ASC' ? { ...span, until: moment + 1 } : { ...span, since: moment };
}

export function selectFarthest(
  source: number,
  { order, span }: Pick<StoredQuery, 'order' | 'span'>,
): Selection {
  const text = `SELECT sent_at FROM archive_message WHERE source = $1 AND sent_at >= $2 AND sent_at < $3
    ORDER BY sent_at ${order} LIMIT 1 OFFSET $4`;
  return [text, [source, span.since, span.until, MOST_LOOKED_THROUGH]];
}

export function toMatchOfAll(tokens: StoredQuery['tokens']): string {
  return tokens.map(toMatch).join(' AND ');
}

/** A token has no quotation mark. */
export function toMatch(list: readonly string[]): string {
  return `(${list.map((token) => `"${token}"`).join(' OR ')})`;
}
