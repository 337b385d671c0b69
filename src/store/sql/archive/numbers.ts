import type { SqlReader } from '../../sql.ts';

/**
 * Numbers for so many changes. The row is locked until the unit ends, so the numbers are in the order in which units commit. Units of all
 * sources wait for it: whatever a unit has to find out, it has found out before. They follow the clock, in microseconds, and each unit
 * begins with a millisecond of its own: who sees those of one channel cannot count what others keep in between.
 *
 * @param readAt Unix ms
 * @returns the one before the first
 */
export async function giveNumbers(tx: SqlReader, changes: number, readAt: number): Promise<number> {
  if (changes === 0) return 0;
  const [row] = await tx.all(
    `INSERT INTO archive_changes ("only", archived_seq) VALUES (1, CAST($2 AS bigint) + CAST($1 AS bigint))
     ON CONFLICT ("only") DO UPDATE SET archived_seq = CAST($1 AS bigint) + CASE
       WHEN archive_changes.archived_seq < CAST($2 AS bigint) THEN CAST($2 AS bigint)
       ELSE (archive_changes.archived_seq + 999) / 1000 * 1000 END
     RETURNING archived_seq`,
    [changes, Math.floor(readAt) * 1_000],
  );
  return Number(row?.['archived_seq']) - changes;
}

/** @returns the last number that was given and committed; 0: none was */
export async function readLastNumber(sql: SqlReader): Promise<number> {
  const [row] = await sql.all('SELECT archived_seq FROM archive_changes');
  return Number(row?.['archived_seq'] ?? 0);
}
