import type { TimeSpan } from '../../ports/message-archive.ts';
import type {
  ArchiveTables,
  ArchiveWrites,
  Cell,
  DisplacedMessage,
  Insertion,
  KeyedRows,
  StoredQuery,
} from '../../sql/archive/tables.ts';
import { toShown } from '../../sql/archive/shown.ts';
import type { StoredPlace } from '../../sql/archive/stored-place.ts';
import type { SqlReader, SqlRow } from '../../sql.ts';
import type { Units } from './queued-units.ts';
import { ArchiveMonths, readMonths } from './months.ts';
import { narrowSpan, selectCount, selectMessages, toWindows } from './read.ts';
import { FIND_BY_KEYS, FIND_BY_PLACES, FIND_MOMENT } from './find.ts';
import { displaceMessages, removeMessages, takeMessages, writeMessages } from './write.ts';

/** Messages in a table with a partition for each month, and their keys in another. */
export class PostgresArchiveTables implements ArchiveTables {
  readonly #sql: Units;
  readonly #months: ArchiveMonths;
  readonly #isReadable: boolean;

  /** @param isReadable whether the store is not encrypted */
  constructor(sql: Units, isReadable: boolean) {
    this.#sql = sql;
    this.#isReadable = isReadable;
    this.#months = new ArchiveMonths(sql);
  }

  toShown(record: string): string | null {
    return this.#isReadable ? toShown(record) : null;
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

  displace(tx: SqlReader, source: number, displaced: readonly DisplacedMessage[]): Promise<void> {
    return displaceMessages(tx, source, displaced);
  }

  take(tx: SqlReader, source: number, keys: readonly string[]): Promise<void> {
    return takeMessages(tx, source, keys);
  }

  write(tx: SqlReader, source: number, writes: ArchiveWrites): Promise<void> {
    return writeMessages(tx, source, writes);
  }

  findMoment(source: number, sequence: string): Promise<SqlRow[]> {
    return this.#sql.all(FIND_MOMENT, [source, sequence]);
  }

  remove(tx: SqlReader, source: number, keys: readonly string[]): Promise<void> {
    return removeMessages(tx, source, keys);
  }

  async narrow(_source: number, query: Pick<StoredQuery, 'order' | 'span'>): Promise<TimeSpan> {
    return narrowSpan(await readMonths(this.#sql), query);
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

  async *countByTokens(
    sql: SqlReader,
    source: number,
    span: TimeSpan,
    tokens: StoredQuery['tokens'],
  ): AsyncGenerator<number> {
    for (const month of await readMonths(sql)) {
      const part = {
        since: Math.max(month.since, span.since),
        until: Math.min(month.until, span.until),
      };
      if (part.since >= part.until) continue;
      const [row] = await sql.all(...selectCount(source, part, tokens));
      yield Number(row?.['count'] ?? 0);
    }
  }

  async insert<Column extends string>(
    tx: SqlReader,
    { table, columns, texts, then }: Insertion<Column>,
    rows: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]> {
    if (rows.length === 0) return [];
    const types = columns.map((column) => `${column} ${texts.includes(column) ? 'text' : 'bigint'}`);
    return tx.all(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')}
       FROM json_to_recordset($1) AS given (${types.join(', ')}) ${then}`,
      [JSON.stringify(rows)],
    );
  }

  async delete<Column extends string>(
    tx: SqlReader,
    from: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<void> {
    if (keys.length === 0) return;
    await tx.all(`DELETE FROM ${from.table} USING ${toGiven(from)}`, [JSON.stringify(keys), keys.length]);
  }

  async select<Column extends string>(
    sql: SqlReader,
    from: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]> {
    if (keys.length === 0) return [];
    return sql.all(`SELECT ${from.table}.* FROM ${from.table}, ${toGiven(from)}`, [
      JSON.stringify(keys),
      keys.length,
    ]);
  }
}

/** $1: keys as JSON. $2: how many, by which the server knows whether to use an index. */
function toGiven<Column extends string>({ table, columns, texts }: KeyedRows<Column>): string {
  const types = columns.map((column) => `${column} ${texts.includes(column) ? 'text' : 'integer'}`);
  const isGiven = columns.map((column) => `${table}.${column} = given.${column}`);
  const rows = `SELECT * FROM json_to_recordset($1) AS given (${types.join(', ')}) LIMIT $2`;
  return `(${rows}) AS given WHERE ${isGiven.join(' AND ')}`;
}
