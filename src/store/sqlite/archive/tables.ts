import type { SqlReader, SqlRow } from '../../sql.ts';
import type { TimeSpan } from '../../ports/message-archive.ts';
import { allOfKeys } from '../../sql/all-of-keys.ts';
import {
  KEPT_COLUMNS,
  type ArchiveTables,
  type ArchiveWrites,
  type Cell,
  type DisplacedMessage,
  type Insertion,
  type KeyedRows,
  type StoredQuery,
} from '../../sql/archive/tables.ts';
import type { StoredPlace } from '../../sql/archive/stored-place.ts';
import { countByTokens } from './count.ts';
import { narrowSpan } from './narrow.ts';
import { readByPlace, readByTokens, selectMoment } from './read.ts';
import { displaceMessages, removeMessages, takeMessages, writeMessages } from './write.ts';

/** Messages in one table, and their terms in an index under the same ids. */
export class SqliteArchiveTables implements ArchiveTables {
  readonly #sql: SqlReader;

  constructor(sql: SqlReader) {
    this.#sql = sql;
  }

  toShown(): null {
    return null;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async find(
    sql: SqlReader,
    source: number,
    keys: readonly string[],
    places: readonly StoredPlace[],
  ): Promise<SqlRow[]> {
    const select = `SELECT ${KEPT_COLUMNS.join(', ')} FROM archive_message WHERE source = $1`;
    const rows = await allOfKeys(
      { all: (text, values) => sql.all(text, values), hasIndexedTuples: false },
      { columns: ['key'], toText: (isOneOf) => `${select} AND ${isOneOf}`, values: [source] },
      keys.map((key) => [key]),
    );
    for (const { sentAt, sequence } of places)
      rows.push(
        ...(await sql.all(`${select} AND sent_at = $2 AND sequence = $3`, [source, sentAt, sequence])),
      );
    return rows;
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

  remove(tx: SqlReader, source: number, keys: readonly string[]): Promise<void> {
    return removeMessages(tx, source, keys);
  }

  findMoment(source: number, sequence: string): Promise<SqlRow[]> {
    return this.#sql.all(...selectMoment(source, sequence));
  }

  narrow(source: number, query: Pick<StoredQuery, 'order' | 'span' | 'tokens'>): Promise<TimeSpan> {
    return narrowSpan(this.#sql, source, query);
  }

  read(source: number, query: StoredQuery): Promise<SqlRow[]> {
    return (query.tokens.length === 0 ? readByPlace : readByTokens)(this.#sql, source, query);
  }

  countByTokens(
    sql: SqlReader,
    source: number,
    span: TimeSpan,
    tokens: StoredQuery['tokens'],
  ): AsyncIterable<number> {
    return countByTokens(sql, source, span, tokens);
  }

  insert<Column extends string>(
    tx: SqlReader,
    { table, columns, then }: Insertion<Column>,
    rows: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]> {
    const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${toPlaceholders(columns)}) ${then}`;
    return forEach(tx, text, columns, rows);
  }

  async delete<Column extends string>(
    tx: SqlReader,
    { table, columns }: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<void> {
    await forEach(tx, `DELETE FROM ${table} WHERE ${toCondition(columns)}`, columns, keys);
  }

  select<Column extends string>(
    sql: SqlReader,
    { table, columns }: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]> {
    return forEach(sql, `SELECT * FROM ${table} WHERE ${toCondition(columns)}`, columns, keys);
  }
}

/** One statement for each row: prepared once, it takes microseconds. */
async function forEach<Column extends string>(
  sql: SqlReader,
  text: string,
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, Cell>>[],
): Promise<SqlRow[]> {
  const returned: SqlRow[] = [];
  for (const row of rows)
    returned.push(
      ...(await sql.all(
        text,
        columns.map((column) => row[column]),
      )),
    );
  return returned;
}

function toCondition(columns: readonly string[]): string {
  return columns.map((column, index) => `${column} = $${index + 1}`).join(' AND ');
}

function toPlaceholders(columns: readonly string[]): string {
  return columns.map((_, index) => `$${index + 1}`).join(', ');
}
