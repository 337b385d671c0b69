import type { CountLimit } from '../../../ports/archive-index.ts';
import type { TimeSpan } from '../../../ports/message-archive.ts';
import type { SqlReader } from '../../../sql.ts';
import type { ArchiveSeals } from '../seals.ts';
import type { ArchiveTables } from '../tables.ts';
import { splitSpan } from './quarters.ts';
import type { IndexedSource } from './sources.ts';
import type { Selection } from './statement.ts';

/** Four weeks are counted at once: between them it is seen whether there is time for more. */
const QUARTERS_AT_ONCE = 4 * 7 * 24 * 4;

/** @returns null beyond the limit */
export async function countMessages(
  sql: SqlReader,
  tables: Pick<ArchiveTables, 'countByTokens'>,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  span: TimeSpan,
  terms: readonly (readonly string[])[],
  limit: CountLimit,
): Promise<number | null> {
  if (span.since >= span.until) return 0;
  let messages = 0;
  for (const { id } of sources) {
    const tokens = terms.map((list) => list.map((term) => seals.toToken(id, term)));
    const counts =
      tokens.length === 0 ? countAll(sql, id, span) : tables.countByTokens(sql, id, span, tokens);
    for await (const some of counts) {
      messages += some;
      if (messages > limit.messages || performance.now() > limit.deadline) return null;
    }
  }
  return messages;
}

async function* countAll(sql: SqlReader, source: number, span: TimeSpan): AsyncGenerator<number> {
  const { quarters, ends } = splitSpan(span);
  for (const end of ends) yield toCount(await sql.all(...selectRestCount(source, end)));
  const [first, end] = await Promise.all(
    (['ASC', 'DESC'] as const).map(async (order) => {
      const [row] = await sql.all(...selectEndQuarter(source, order));
      return Number(row?.['quarter'] ?? 0);
    }),
  );
  const until = Math.min(quarters.until, (end ?? 0) + 1);
  for (let since = Math.max(quarters.since, first ?? 0); since < until; since += QUARTERS_AT_ONCE)
    yield toCount(
      await sql.all(
        ...selectQuarterCount(source, { since, until: Math.min(until, since + QUARTERS_AT_ONCE) }),
      ),
    );
}

export function selectRestCount(source: number, { since, until }: TimeSpan): Selection {
  return [
    'SELECT COUNT(*) AS count FROM archive_message WHERE source = $1 AND sent_at >= $2 AND sent_at < $3',
    [source, since, until],
  ];
}

export function selectQuarterCount(source: number, { since, until }: TimeSpan): Selection {
  return [
    'SELECT SUM(messages) AS count FROM archive_aggregate WHERE source = $1 AND quarter >= $2 AND quarter < $3',
    [source, since, until],
  ];
}

export function selectEndQuarter(source: number, order: 'ASC' | 'DESC'): Selection {
  return [
    `SELECT quarter FROM archive_aggregate WHERE source = $1 ORDER BY quarter ${order} LIMIT 1`,
    [source],
  ];
}

function toCount([row]: Awaited<ReturnType<SqlReader['all']>>): number {
  return Number(row?.['count'] ?? 0);
}
