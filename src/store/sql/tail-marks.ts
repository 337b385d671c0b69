import type { NewEvent } from '../../domain/events.ts';
import type { Sql, SqlReader, SqlUnit } from '../sql.ts';
import type { Fence, TailMark, TailMarks, TailReading } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import type { SqlEventLog } from './event-log.ts';

export class SqlTailMarks implements TailMarks {
  readonly #sql: Sql;
  readonly #events: SqlEventLog;
  readonly #cursor: ColumnSeal;

  constructor(sql: Sql, vault: Vault, events: SqlEventLog) {
    this.#sql = sql;
    this.#events = events;
    this.#cursor = vault.value('tail_readings.cursor');
  }

  async begin(channel: string, now: number): Promise<void> {
    await this.#sql.unit((tx) =>
      tx.all(
        `INSERT INTO tails (channel, since, read_until) VALUES ($1, $2, $2)
         ON CONFLICT (channel) DO UPDATE SET since = excluded.since WHERE tails.since > excluded.since`,
        [channel, now],
      ),
    );
  }

  async find(channel: string): Promise<TailMark | null> {
    const [row] = await this.#sql.all(
      `SELECT since, tails.read_until AS read_until, read_from, tail_readings.read_until AS until, cursor
       FROM tails LEFT JOIN tail_readings USING (channel) WHERE channel = $1`,
      [channel],
    );
    if (!row) return null;
    const cursor = row['cursor'] ?? null;
    return {
      since: Number(row['since']),
      readUntil: Number(row['read_until']),
      reading:
        cursor === null
          ? null
          : {
              from: Number(row['read_from']),
              until: Number(row['until']),
              cursor: this.#cursor.open(cursor),
            },
    };
  }

  async drop(channel: string, fence?: Fence): Promise<void> {
    await this.#sql.unit((tx) => dropIn(tx, channel), { fence });
  }

  keep(
    channel: string,
    events: readonly NewEvent[],
    now: number,
    next: (TailReading & { cursor: string }) | null,
    fence?: Fence,
  ): Promise<void> {
    const move = async (tx: SqlUnit): Promise<void> => {
      if (next === null) return;
      await tx.all(
        `INSERT INTO tail_readings (channel, read_from, read_until, cursor) VALUES ($1, $2, $3, $4)
         ON CONFLICT (channel) DO UPDATE
         SET read_from = excluded.read_from, read_until = excluded.read_until, cursor = excluded.cursor`,
        [channel, next.from, next.until, this.#cursor.seal(next.cursor)],
      );
    };
    return this.#events.publish(events, now, move, fence);
  }

  end(
    channel: string,
    events: readonly NewEvent[],
    now: number,
    toReadUntil: (noted: number) => number,
    fence?: Fence,
  ): Promise<void> {
    const move = async (tx: SqlUnit): Promise<void> => {
      await tx.claim(`tail ${channel}`);
      const [row] = await tx.all('SELECT read_until FROM tails WHERE channel = $1', [channel]);
      const readUntil = toReadUntil(Number(row?.['read_until']));
      await tx.all('UPDATE tails SET read_until = $1 WHERE channel = $2', [readUntil, channel]);
      await dropIn(tx, channel);
    };
    return this.#events.publish(events, now, move, fence);
  }
}

function dropIn(tx: SqlReader, channel: string): Promise<unknown> {
  return tx.all('DELETE FROM tail_readings WHERE channel = $1', [channel]);
}
