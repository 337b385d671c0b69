import type { SqlReader, SqlRow, SqlValue } from '../../sql.ts';
import { MESSAGE_COLUMNS, type StoredQuery } from '../../sql/archive/tables.ts';
import { idsOfSecond, toFirstId } from './message-ids.ts';

/** A statement, and the values of its placeholders. */
export type Selection = [text: string, values: SqlValue[]];

const NO_LIMIT = -1;
const COLUMNS = MESSAGE_COLUMNS.map((name) => `message.${name}`).join(', ');

/** By the index of places, in its order. */
export function readByPlace(sql: SqlReader, source: number, query: StoredQuery): Promise<SqlRow[]> {
  return sql.all(...selectByPlace(source, query));
}

export function selectByPlace(source: number, { order, span, after, limit }: StoredQuery): Selection {
  const select = `SELECT ${COLUMNS} FROM archive_message AS message WHERE source = $1`;
  const sorted = `ORDER BY sent_at ${order}, sequence ${order} LIMIT $4`;
  const values: SqlValue[] = [source, span.since, span.until, limit];
  if (after === null) return [`${select} AND sent_at >= $2 AND sent_at < $3 ${sorted}`, values];
  // Sequences ascend with the time, so the first condition says nothing new but where in the index to begin.
  return order === 'ASC'
    ? [
        `${select} AND (sent_at, sequence) > ($2, $5) AND sent_at < $3 AND sequence > $5 ${sorted}`,
        [...values, after],
      ]
    : [
        `${select} AND (sent_at, sequence) < ($3 - 1, $5) AND sent_at >= $2 AND sequence < $5 ${sorted}`,
        [...values, after],
      ];
}

export function selectMoment(source: number, sequence: string): Selection {
  return [
    'SELECT sent_at FROM archive_message AS message WHERE source = $1 AND sequence = $2 LIMIT 1',
    [source, sequence],
  ];
}

/** Reads the index of terms from one end, as far as is needed. Its ids are in the order of seconds only. */
export async function readByTokens(sql: SqlReader, source: number, query: StoredQuery): Promise<SqlRow[]> {
  const ids = { first: toFirstId(query.span.since), end: idsOfSecond(toFirstId(query.span.until - 1)).end };
  const rows = await sql.all(...selectByTokens(source, query, ids, query.limit));
  if (rows.length === query.limit) {
    // The last second may have more, and some of them may come before those that were found.
    const last = Number(rows.at(-1)?.['id']);
    const { first, end } = idsOfSecond(last);
    const rest = query.order === 'ASC' ? { first: last + 1, end } : { first, end: last };
    rows.push(...(await sql.all(...selectByTokens(source, query, rest, NO_LIMIT))));
  }
  const direction = query.order === 'ASC' ? 1 : -1;
  return rows.sort((a, b) => direction * comparePlaces(a, b)).slice(0, query.limit);
}

/** @param ids that may be found; the end is excluded */
export function selectByTokens(
  source: number,
  { order, span, after, tokens }: StoredQuery,
  ids: { first: number; end: number },
  limit: number,
): Selection {
  const isAfter = after === null ? '' : `AND sequence ${order === 'ASC' ? '>' : '<'} $8`;
  const text = `SELECT message.id, ${COLUMNS}
    FROM archive_terms CROSS JOIN archive_message AS message ON message.id = archive_terms.rowid
    WHERE archive_terms MATCH $1 AND archive_terms.rowid >= $2 AND archive_terms.rowid < $3
      AND source = $4 AND sent_at >= $5 AND sent_at < $6 ${isAfter}
    ORDER BY archive_terms.rowid ${order} LIMIT $7`;
  const values: SqlValue[] = [toMatch(tokens), ids.first, ids.end, source, span.since, span.until, limit];
  return [text, after === null ? values : [...values, after]];
}

/** A token has no quotation mark. */
export function toMatch(tokens: StoredQuery['tokens']): string {
  return tokens.map((list) => `(${list.map((token) => `"${token}"`).join(' OR ')})`).join(' AND ');
}

/** Stored sequences: their code units are in the order of their bytes. */
function comparePlaces(a: SqlRow, b: SqlRow): number {
  const [left, right] = [String(a['sequence']), String(b['sequence'])];
  return Number(a['sent_at']) - Number(b['sent_at']) || (left < right ? -1 : left > right ? 1 : 0);
}
