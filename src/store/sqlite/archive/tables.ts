import type { SqlReader, SqlRow } from '../../sql.ts';
import { allOfKeys } from '../../sql/all-of-keys.ts';
import {
  MESSAGE_COLUMNS,
  type ArchiveTables,
  type ArchiveWrites,
  type StoredPlace,
  type StoredQuery,
} from '../../sql/archive/tables.ts';
import { MessageIds } from './message-ids.ts';
import { readByPlace, readByTokens, selectMoment } from './read.ts';

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
    const select = `SELECT ${MESSAGE_COLUMNS.join(', ')} FROM archive_message WHERE source = $1`;
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

  async write(tx: SqlReader, source: number, writes: ArchiveWrites): Promise<void> {
    const { readAt, displaced, delisted, replaced, revised, put } = writes;
    for (const { key, sequence } of displaced)
      await tx.all('UPDATE archive_message SET sequence = $3 WHERE source = $1 AND key = $2', [
        source,
        key,
        sequence,
      ]);
    for (const key of delisted)
      await tx.all('UPDATE archive_message SET delisted_at = $3 WHERE source = $1 AND key = $2', [
        source,
        key,
        readAt,
      ]);
    for (const key of replaced) await remove(tx, source, key);
    for (const { key, version, record } of revised)
      await tx.all(
        `INSERT INTO archive_revision (source, key, version, replaced_at, record) VALUES ($1, $2, $3, $4, $5)`,
        [source, key, version, readAt, record],
      );
    const ids = new MessageIds(tx);
    for (const { key, sentAt, sequence, version, record, tokens } of put) {
      const id = await ids.next(sentAt);
      await tx.all(
        `INSERT INTO archive_message (id, source, sent_at, sequence, key, version, record) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, source, sentAt, sequence, key, version, record],
      );
      await tx.all('INSERT INTO archive_terms (rowid, tokens) VALUES ($1, $2)', [id, tokens.join(' ')]);
    }
  }

  findMoment(source: number, sequence: string): Promise<SqlRow[]> {
    return this.#sql.all(...selectMoment(source, sequence));
  }

  read(source: number, query: StoredQuery): Promise<SqlRow[]> {
    return (query.tokens.length === 0 ? readByPlace : readByTokens)(this.#sql, source, query);
  }
}

async function remove(tx: SqlReader, source: number, key: string): Promise<void> {
  const [row] = await tx.all('DELETE FROM archive_message WHERE source = $1 AND key = $2 RETURNING id', [
    source,
    key,
  ]);
  await tx.all('DELETE FROM archive_terms WHERE rowid = $1', [Number(row?.['id'])]);
}
