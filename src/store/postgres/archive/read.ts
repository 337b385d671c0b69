import type { TimeSpan } from '../../ports/message-archive.ts';
import { MESSAGE_COLUMNS, type StoredQuery } from '../../sql/archive/tables.ts';
import type { SqlValue } from '../../sql.ts';

const COLUMNS = MESSAGE_COLUMNS.join(', ');
const NONE: TimeSpan = { since: 0, until: 0 };

/**
 * Parts of the query's span, in its order, to be read one after the other until there is enough: a month, then two, four and so
 * on. What many messages match is found in the first, and nothing is sorted but that; what few match does not take a
 * statement for each month.
 *
 * @param months those with messages, in the order of time
 */
export function toWindows(
  months: readonly TimeSpan[],
  { order, span }: Pick<StoredQuery, 'order' | 'span'>,
): TimeSpan[] {
  const inSpan = months.filter(({ since, until }) => since < span.until && until > span.since);
  const windows: TimeSpan[] = [];
  for (let read = 0, size = 1; read < inSpan.length; read += size, size *= 2) {
    const window =
      order === 'ASC' ? inSpan.slice(read, read + size) : inSpan.slice(-read - size, -read || undefined);
    windows.push({
      since: Math.max((window[0] ?? NONE).since, span.since),
      until: Math.min((window.at(-1) ?? NONE).until, span.until),
    });
  }
  return windows;
}

/** So many months are looked through at a time. */
const MOST_LOOKED_THROUGH = 12;

/** @param months as for `toWindows` */
export function narrowSpan(
  months: readonly TimeSpan[],
  { order, span }: Pick<StoredQuery, 'order' | 'span'>,
): TimeSpan {
  const inSpan = months.filter(({ since, until }) => since < span.until && until > span.since);
  if (inSpan.length <= MOST_LOOKED_THROUGH) return span;
  const last = order === 'ASC' ? inSpan[MOST_LOOKED_THROUGH - 1] : inSpan.at(-MOST_LOOKED_THROUGH);
  return order === 'ASC'
    ? { ...span, until: (last ?? span).until }
    : { ...span, since: (last ?? span).since };
}

/** The messages of a window. */
export function selectMessages(
  source: number,
  { order, span, after, tokens, limit }: StoredQuery,
): [text: string, values: SqlValue[]] {
  const values: SqlValue[] = [source, span.since, span.until, limit];
  const conditions = ['source = $1', 'sent_at >= $2::bigint', 'sent_at < $3::bigint'];
  if (after !== null) {
    values.push(after);
    const place = `$${values.length}`;
    // Sequences ascend with the time, so the second condition says nothing new but where in the index to begin.
    if (order === 'ASC')
      conditions.push(`sequence > ${place}`, `(sent_at, sequence) > ($2::bigint, ${place})`);
    else conditions.push(`sequence < ${place}`, `(sent_at, sequence) < ($3::bigint - 1, ${place})`);
  }
  if (tokens.length > 0) {
    values.push(toTsQuery(tokens));
    conditions.push(`tokens @@ $${values.length}::tsquery`);
  }
  const text = `SELECT ${COLUMNS} FROM archive_message WHERE ${conditions.join(' AND ')}
    ORDER BY sent_at ${order}, sequence ${order} LIMIT $4`;
  return [text, values];
}

/** How many messages of a month's span have the tokens. */
export function selectCount(
  source: number,
  { since, until }: TimeSpan,
  tokens: StoredQuery['tokens'],
): [text: string, values: SqlValue[]] {
  const text = `SELECT COUNT(*) AS count FROM archive_message
    WHERE source = $1 AND sent_at >= $2::bigint AND sent_at < $3::bigint AND tokens @@ $4::tsquery`;
  return [text, [source, since, until, toTsQuery(tokens)]];
}

/** A token has no quotation mark and no backslash. */
function toTsQuery(tokens: readonly (readonly string[])[]): string {
  return tokens.map((list) => `(${list.map((token) => `'${token}'`).join(' | ')})`).join(' & ');
}
