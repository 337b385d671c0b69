import type { ArchiveTables, ArchiveWrites, StoredPlace, StoredQuery } from '../../sql/archive/tables.ts';
import type { Sql, SqlReader, SqlRow } from '../../sql.ts';
import { ArchiveMonths, readMonths } from './months.ts';
import { selectMessages, toWindows } from './read.ts';
import { FIND_BY_KEYS, FIND_BY_PLACES, FIND_MOMENT } from './find.ts';
import { writeMessages } from './write.ts';

/** Messages in a table with a partition for each month, and their keys in another. */
export class PostgresArchiveTables implements ArchiveTables {
  readonly #sql: Sql;
  readonly #months: ArchiveMonths;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#months = new ArchiveMonths(sql);
  }

  prepare(moments: readonly number[]): Promise<void> {
    return this.#months.prepare(moments);
  }

  async find(
    sql: SqlReader,
    source: number,
    keys: readonly string[],
    places: readonly StoredPlace[],
  ): Promise<SqlRow[]> {
    const byKey = await sql.all(FIND_BY_KEYS, [source, JSON.stringify(keys)]);
    if (places.length === 0) return byKey;
    const moments = places.map(({ sentAt }) => sentAt);
    const byPlace = await sql.all(FIND_BY_PLACES, [
      source,
      JSON.stringify(places),
      moments.reduce((a, b) => Math.min(a, b)),
      moments.reduce((a, b) => Math.max(a, b)),
    ]);
    return [...byKey, ...byPlace];
  }

  write(tx: SqlReader, source: number, writes: ArchiveWrites): Promise<void> {
    return writeMessages(tx, source, writes);
  }

  findMoment(source: number, sequence: string): Promise<SqlRow[]> {
    return this.#sql.all(FIND_MOMENT, [source, sequence]);
  }

  async read(source: number, query: StoredQuery): Promise<SqlRow[]> {
    const rows: SqlRow[] = [];
    for (const window of toWindows(await readMonths(this.#sql), query)) {
      const limit = query.limit - rows.length;
      if (limit === 0) break;
      rows.push(...(await this.#sql.all(...selectMessages(source, { ...query, span: window, limit }))));
    }
    return rows;
  }
}
