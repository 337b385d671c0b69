import type { ChangedEntry } from '../../../ports/archive-index.ts';
import type { SqlReader } from '../../../sql.ts';
import type { ArchiveSeals } from '../seals.ts';
import { MESSAGE_COLUMNS } from '../tables.ts';
import type { IndexedSource } from './sources.ts';
import type { Selection } from './statement.ts';

export async function readChanges(
  sql: SqlReader,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  archivedSeq: number,
  limit: number,
): Promise<ChangedEntry[]> {
  // Each source is read by a statement of its own, between which more may be committed: up to this number all is.
  const [last] = await sql.all('SELECT archived_seq FROM archive_changes');
  const upTo = Number(last?.['archived_seq'] ?? 0);
  const found = await Promise.all(
    sources.map(async ({ id, name }) => {
      const rows = await sql.all(...selectChanges(id, { after: archivedSeq, upTo }, limit));
      return rows.map((row) => ({ row, source: name, archivedSeq: Number(row['archived_seq']) }));
    }),
  );
  return found
    .flat()
    .sort((a, b) => a.archivedSeq - b.archivedSeq)
    .slice(0, limit)
    .map(({ row, ...rest }) => ({ ...seals.toEntry(row), key: seals.openKey(row['key']), ...rest }));
}

/** @param numbers `upTo` is included */
export function selectChanges(
  source: number,
  { after, upTo }: { after: number; upTo: number },
  limit: number,
): Selection {
  return [
    `SELECT ${MESSAGE_COLUMNS.join(', ')}, archived_seq FROM archive_message
     WHERE source = $1 AND archived_seq > $2 AND archived_seq <= $3 ORDER BY archived_seq LIMIT $4`,
    [source, after, upTo, limit],
  ];
}
