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
  const found = await Promise.all(
    sources.map(async ({ id, name }) => {
      const rows = await sql.all(...selectChanges(id, archivedSeq, limit));
      return rows.map((row) => ({ row, source: name, archivedSeq: Number(row['archived_seq']) }));
    }),
  );
  return found
    .flat()
    .sort((a, b) => a.archivedSeq - b.archivedSeq)
    .slice(0, limit)
    .map(({ row, ...rest }) => ({ ...seals.toEntry(row), key: seals.openKey(row['key']), ...rest }));
}

export function selectChanges(source: number, archivedSeq: number, limit: number): Selection {
  return [
    `SELECT ${MESSAGE_COLUMNS.join(', ')}, archived_seq FROM archive_message
     WHERE source = $1 AND archived_seq > $2 ORDER BY archived_seq LIMIT $3`,
    [source, archivedSeq, limit],
  ];
}
