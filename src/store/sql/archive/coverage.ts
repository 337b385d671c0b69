import type { SqlReader, SqlRow } from '../../sql.ts';
import type { TimeSpan } from '../../ports/message-archive.ts';

/** Spans of one source. Units that change them run one after the other. */
export async function readCoverage(sql: SqlReader, source: number): Promise<TimeSpan[]> {
  const rows = await sql.all('SELECT since, until FROM archive_coverage WHERE source = $1 ORDER BY since', [
    source,
  ]);
  return rows.map(toSpan);
}

/** Makes one span of it and all those that it touches or overlaps. */
export async function cover(tx: SqlReader, source: number, span: TimeSpan): Promise<void> {
  if (span.since >= span.until) return;
  const touching = 'source = $1 AND since <= $3 AND until >= $2';
  const values = [source, span.since, span.until];
  const rows = await tx.all(`SELECT since, until FROM archive_coverage WHERE ${touching}`, values);
  const spans = rows.map(toSpan);
  if (spans.some(({ since, until }) => since <= span.since && until >= span.until)) return;
  if (spans.length > 0) await tx.all(`DELETE FROM archive_coverage WHERE ${touching}`, values);
  await tx.all('INSERT INTO archive_coverage (source, since, until) VALUES ($1, $2, $3)', [
    source,
    Math.min(span.since, ...spans.map(({ since }) => since)),
    Math.max(span.until, ...spans.map(({ until }) => until)),
  ]);
}

/** Nothing of it is covered any more. */
export async function uncover(tx: SqlReader, source: number, span: TimeSpan): Promise<void> {
  if (span.since >= span.until) return;
  const within = 'source = $1 AND since < $3 AND until > $2';
  const values = [source, span.since, span.until];
  const rows = await tx.all(`SELECT since, until FROM archive_coverage WHERE ${within}`, values);
  if (rows.length > 0) await tx.all(`DELETE FROM archive_coverage WHERE ${within}`, values);
  for (const { since, until } of rows.map(toSpan)) {
    await cover(tx, source, { since, until: Math.min(until, span.since) });
    await cover(tx, source, { since: Math.max(since, span.until), until });
  }
}

function toSpan(row: SqlRow): TimeSpan {
  return { since: Number(row['since']), until: Number(row['until']) };
}
