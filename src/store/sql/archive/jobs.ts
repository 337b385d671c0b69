import type { ArchivePage } from '../../ports/message-archive.ts';
import type { SqlReader } from '../../sql.ts';
import type { ColumnSeal } from '../../vault.ts';

/** @returns where the job of this name stands; null: it is done, or never began */
export async function readProgress(
  sql: SqlReader,
  seal: ColumnSeal,
  source: number,
  job: string,
): Promise<string | null> {
  const [row] = await sql.all('SELECT position FROM archive_job WHERE source = $1 AND job = $2', [
    source,
    job,
  ]);
  return row ? seal.open(row['position']) : null;
}

/** @returns where each job of the source stands that is not done, by its name */
export async function readPositions(
  sql: SqlReader,
  seal: ColumnSeal,
  source: number,
): Promise<Map<string, string>> {
  const rows = await sql.all('SELECT job, position FROM archive_job WHERE source = $1', [source]);
  return new Map(rows.map((row) => [String(row['job']), seal.open(row['position'])]));
}

export async function keepProgress(
  tx: SqlReader,
  seal: ColumnSeal,
  source: number,
  { job, position }: NonNullable<ArchivePage['progress']>,
): Promise<void> {
  if (position === null) {
    await tx.all('DELETE FROM archive_job WHERE source = $1 AND job = $2', [source, job]);
    return;
  }
  await tx.all(
    `INSERT INTO archive_job (source, job, position) VALUES ($1, $2, $3)
     ON CONFLICT (source, job) DO UPDATE SET position = excluded.position`,
    [source, job, seal.seal(position)],
  );
}
