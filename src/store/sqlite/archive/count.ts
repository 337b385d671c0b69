import type { TimeSpan } from '../../ports/message-archive.ts';
import type { SqlReader } from '../../sql.ts';
import type { StoredQuery } from '../../sql/archive/tables.ts';
import { idsOfSecond, toFirstId } from './message-ids.ts';
import { IN_IDS, toMatchOfAll, type Ids, type Selection } from './narrow.ts';

/** Of the index of terms: a few milliseconds. */
const AT_ONCE = 20_000;

/** The index alone says how many messages of whole seconds there are; of the first and the last second each message is looked at. */
export async function* countByTokens(
  sql: SqlReader,
  source: number,
  span: TimeSpan,
  tokens: StoredQuery['tokens'],
): AsyncGenerator<number> {
  const first = idsOfSecond(toFirstId(span.since));
  const last = idsOfSecond(toFirstId(span.until - 1));
  yield await count(sql, selectAtEnd(source, span, tokens, first));
  if (first.first === last.first) return;
  for (let next = first.end; next < last.first;) {
    const [row] = await sql.all(...selectWhole(tokens, { first: next, end: last.first }));
    yield Number(row?.['count'] ?? 0);
    next = Number(row?.['count'] ?? 0) < AT_ONCE ? last.first : Number(row?.['last']) + 1;
  }
  yield await count(sql, selectAtEnd(source, span, tokens, last));
}

async function count(sql: SqlReader, selection: Selection): Promise<number> {
  const [row] = await sql.all(...selection);
  return Number(row?.['count'] ?? 0);
}

export function selectWhole(tokens: StoredQuery['tokens'], { first, end }: Ids): Selection {
  return [
    `SELECT COUNT(*) AS count, MAX(id) AS last FROM (
       SELECT rowid AS id FROM archive_terms WHERE archive_terms MATCH $3 AND ${IN_IDS}
       ORDER BY rowid LIMIT ${AT_ONCE}
     )`,
    [first, end, toMatchOfAll(tokens)],
  ];
}

export function selectAtEnd(
  source: number,
  { since, until }: TimeSpan,
  tokens: StoredQuery['tokens'],
  { first, end }: Ids,
): Selection {
  return [
    `SELECT COUNT(*) AS count
     FROM (SELECT rowid AS id FROM archive_terms WHERE archive_terms MATCH $6 AND ${IN_IDS}) AS found
     CROSS JOIN archive_message AS message ON message.id = found.id
     WHERE source = $3 AND sent_at >= $4 AND sent_at < $5`,
    [first, end, source, since, until, toMatchOfAll(tokens)],
  ];
}
