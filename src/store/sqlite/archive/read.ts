import type { SqlReader, SqlRow, SqlValue } from '../../sql.ts';
import { MESSAGE_COLUMNS, type StoredQuery } from '../../sql/archive/tables.ts';
import { idsOfSecond } from './message-ids.ts';
import { hasFew, IN_IDS, toIds, toMatch, toMatchOfAll, type Ids, type Selection } from './narrow.ts';

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
  const ids = toIds(query.span);
  const isQuick = await hasFew(sql, query.tokens, ids);
  const rows = await sql.all(...selectByTokens(source, query, ids, query.limit, isQuick));
  if (rows.length === query.limit) {
    // The last second may have more, and some of them may come before those that were found.
    const last = Number(rows.at(-1)?.['id']);
    const { first, end } = idsOfSecond(last);
    const rest = query.order === 'ASC' ? { first: last + 1, end } : { first, end: last };
    rows.push(...(await sql.all(...selectByTokens(source, query, rest, NO_LIMIT, isQuick))));
  }
  const direction = query.order === 'ASC' ? 1 : -1;
  return rows.sort((a, b) => direction * comparePlaces(a, b)).slice(0, query.limit);
}

/**
 * @param ids that may be found; the end is excluded
 * @param isQuick whether few messages have one of the tokens: the index looks for what has all of them in all its messages, whatever
 * their ids. Else those with each are read one after the other
 */
export function selectByTokens(
  source: number,
  { order, span, after, tokens }: StoredQuery,
  ids: Ids,
  limit: number,
  isQuick = true,
): Selection {
  const matches = isQuick ? [toMatchOfAll(tokens)] : tokens.map(toMatch);
  const values: SqlValue[] = [ids.first, ids.end, source, span.since, span.until, limit];
  if (after !== null) values.push(after);
  const isAfter = after === null ? '' : `AND sequence ${order === 'ASC' ? '>' : '<'} $7`;
  const found = matches.map((match) => {
    values.push(match);
    return `SELECT rowid AS id FROM archive_terms WHERE archive_terms MATCH $${values.length} AND ${IN_IDS}`;
  });
  const text = `SELECT message.id, ${COLUMNS}
    FROM (${found.join(' INTERSECT ')}) AS found CROSS JOIN archive_message AS message ON message.id = found.id
    WHERE source = $3 AND sent_at >= $4 AND sent_at < $5 ${isAfter}
    ORDER BY found.id ${order} LIMIT $6`;
  return [text, values];
}

/** Stored sequences: their code units are in the order of their bytes. */
function comparePlaces(a: SqlRow, b: SqlRow): number {
  const [left, right] = [String(a['sequence']), String(b['sequence'])];
  return Number(a['sent_at']) - Number(b['sent_at']) || (left < right ? -1 : left > right ? 1 : 0);
}
