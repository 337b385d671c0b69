import type { SqlReader } from '../sql.ts';

/** An event as it is stored, without the id that it gets. */
export interface EventRow {
  channel: string;
  type: string;
  key: string | Uint8Array;
  payload: string | Uint8Array;
}

/**
 * Adds those that are not there yet. A subscriber that resumes after the greatest id that it has seen must miss none, so ids grow in
 * the order in which transactions commit.
 *
 * @returns how many were added: none for a repetition
 */
export type AppendEvents = (tx: SqlReader, rows: readonly EventRow[], now: number) => Promise<number>;

/** For engines that have one writer at a time. */
export const appendEach: AppendEvents = async (tx, rows, now) => {
  let count = 0;
  for (const { channel, type, key, payload } of rows) {
    // No ON CONFLICT, which would use up an id for each repetition.
    const added = await tx.all(
      `INSERT INTO events (channel, type, key, payload, published_at) SELECT $1, $2, $3, $4, $5
       WHERE NOT EXISTS (SELECT 1 FROM events WHERE channel = $1 AND type = $2 AND key = $3) RETURNING id`,
      [channel, type, key, payload, now],
    );
    count += added.length;
  }
  return count;
};
