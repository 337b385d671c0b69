import pg from 'pg';
import type { TimeSpan } from '../../ports/message-archive.ts';
import type { SqlReader } from '../../sql.ts';
import { toMoment } from './moment.ts';
import type { Units } from './queued-units.ts';

const TOPIC = 'archive months';
/** Of each month, the name of the promise about its moments. */
export const MONTH_CHECK = 'archive_month';
const BOUNDS = /FROM \('(-?\d+)'\) TO \('(-?\d+)'\)/;

/** The partitions of the archive's messages. */
export class ArchiveMonths {
  readonly #sql: Units;
  /** Beginnings of months that have a partition. */
  #known: ReadonlySet<number> = new Set();

  constructor(sql: Units) {
    this.#sql = sql;
  }

  /** Makes the partitions that are missing for messages of these moments. */
  async prepare(moments: readonly number[]): Promise<void> {
    const months = [...new Map(moments.map(toMonth).map((month) => [month.since, month])).values()];
    if (months.every(({ since }) => this.#known.has(since))) return;
    this.#known = await this.#sql.unit(async (tx) => {
      // Other gateways may need the same ones now.
      await tx.claim(TOPIC);
      await makeMonths(tx, months);
      return new Set((await readMonths(tx)).map(({ since }) => since));
    });
  }
}

/** @returns in the order of time */
export async function readMonths(sql: SqlReader): Promise<TimeSpan[]> {
  const rows = await sql.all(
    `SELECT pg_get_expr(relpartbound, oid) AS bounds FROM pg_class
     WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'archive_message'::regclass)`,
  );
  const months = rows.map((row) => {
    const [, since, until] = BOUNDS.exec(String(row['bounds'])) ?? [];
    return { since: Number(since), until: Number(until) };
  });
  return months.sort((a, b) => a.since - b.since);
}

/** Of no two units at once. */
export async function makeMonths(tx: SqlReader, months: readonly TimeSpan[]): Promise<void> {
  const found = new Set((await readMonths(tx)).map(({ since }) => since));
  for (const { since, until } of months) {
    if (found.has(since)) continue;
    const name = pg.escapeIdentifier(`archive_message_${toName(since)}`);
    // Attached to the table, rather than made as a part of it: other gateways read and write it meanwhile.
    await tx.all(`CREATE TABLE ${name} (LIKE archive_message, ${toCheck({ since, until })})`);
    await tx.all(
      `ALTER TABLE archive_message ATTACH PARTITION ${name} FOR VALUES FROM (${since}) TO (${until})`,
    );
  }
}

/**
 * Lets months promise what they hold that do not yet: those that were made by a program of before. Others write and read them while the
 * server looks through them.
 *
 * @param sql in no transaction
 * @param whileOthersWait runs what takes a lock that others wait for, for a moment
 */
export async function checkMonths(
  sql: SqlReader,
  whileOthersWait: (statement: string) => Promise<void>,
): Promise<void> {
  for (const month of await readMonths(sql)) {
    const name = pg.escapeIdentifier(`archive_message_${toName(month.since)}`);
    const [found] = await sql.all(
      'SELECT convalidated FROM pg_constraint WHERE conname = $1 AND conrelid = $2::regclass',
      [MONTH_CHECK, name],
    );
    if (!found) await whileOthersWait(`ALTER TABLE ${name} ADD ${toCheck(month)} NOT VALID`);
    if (found?.['convalidated'] !== true)
      await sql.all(`ALTER TABLE ${name} VALIDATE CONSTRAINT ${MONTH_CHECK}`);
  }
}

/** By it the server leaves out a month in which, by `toMoment`, there is nothing: it does not see through that by the bounds alone. */
function toCheck({ since, until }: TimeSpan): string {
  const sentAt = toMoment('sent_at');
  return `CONSTRAINT ${MONTH_CHECK} CHECK (${sentAt} >= ${toMoment(String(since))} AND ${sentAt} < ${toMoment(String(until))})`;
}

/** The calendar month of UTC. @param moment Unix ms */
export function toMonth(moment: number): TimeSpan {
  const date = new Date(moment);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { since: Date.UTC(year, month), until: Date.UTC(year, month + 1) };
}

/** Such as `2026_03`. */
function toName(since: number): string {
  const date = new Date(since);
  return `${date.getUTCFullYear()}_${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}
