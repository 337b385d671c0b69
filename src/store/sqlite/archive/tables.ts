import type { SqlReader, SqlRow } from '../../sql.ts';
import type { TimeSpan } from '../../ports/message-archive.ts';
import { allOfKeys } from '../../sql/all-of-keys.ts';
import {
  KEPT_COLUMNS,
  type ArchiveTables,
  type ArchiveWrites,
  type Cell,
  type Insertion,
  type KeyedRows,
  type StoredPlace,
  type StoredQuery,
} from '../../sql/archive/tables.ts';
import { countByTokens } from './count.ts';
import { narrowSpan } from './narrow.ts';
import { readByPlace, readByTokens, selectMoment } from './read.ts';
import { removeMessages, writeMessages } from './write.ts';

/** Messages in one table, and their terms in an index under the same ids. */
export class SqliteArchiveTables implements ArchiveTables {
  readonly #sql: SqlReader;

  constructor(sql: SqlReader) {
    this.#sql = sql;
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

  countByTokens(source: number, span: TimeSpan, tokens: StoredQuery['tokens']): AsyncIterable<number> {
    return countByTokens(this.#sql, source, span, tokens);
  }

  /** One statement for each row: prepared once, it takes microseconds. */
  async insert<Column extends string>(
    tx: SqlReader,
    { table, columns, then }: Insertion<Column>,
    rows: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]> {
    const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${toPlaceholders(columns)}) ${then}`;
    const returned: SqlRow[] = [];
    for (const row of rows)
      returned.push(
        ...(await tx.all(
          text,
          columns.map((column) => row[column]),
        )),
      );
    return returned;
  }

  async delete<Column extends string>(
    tx: SqlReader,
    { table, columns }: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, number>>[],
  ): Promise<void> {
    const text = `DELETE FROM ${table} WHERE (${columns.join(', ')}) = (${toPlaceholders(columns)})`;
    for (const key of keys)
      await tx.all(
        text,
        columns.map((column) => key[column]),
      );
  }
}

function toPlaceholders(columns: readonly string[]): string {
  return columns.map((_, index) => `$${index + 1}`).join(', ');
}
