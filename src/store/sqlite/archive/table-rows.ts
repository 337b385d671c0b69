import type { CellValue, TableRows } from '../../table-rows.ts';
import { unpack } from '../../packing.ts';
import { toShown } from '../../sql/archive/shown.ts';
import type { Database } from '../database.ts';
import { SqliteTableRows } from '../table-rows.ts';

/**
 * An archive's rows in the tables of a server: with a table of keys, with each message's tokens, which only the index has, and with
 * what SQL shows of its record.
 */
export class ArchiveTableRows implements TableRows {
  readonly #database: Database;
  readonly #own: SqliteTableRows;
  readonly #isReadable: boolean;

  /**
   * @param database on which a transaction is open
   * @param isReadable whether it is not encrypted
   */
  constructor(database: Database, isReadable: boolean) {
    this.#database = database;
    this.#isReadable = isReadable;
    this.#own = new SqliteTableRows(database);
  }

  has(table: string): boolean {
    return table === 'archive_key' || this.#own.has(table);
  }

  read(table: string, columns: readonly string[]): Iterable<readonly CellValue[]> {
    if (table === 'archive_message') return this.#readMessages(columns);
    return this.#own.read(table === 'archive_key' ? 'archive_message' : table, columns);
  }

  lastId(table: string): bigint {
    return this.#own.lastId(table);
  }

  /** Messages and tokens side by side, both in the order of ids. */
  *#readMessages(columns: readonly string[]): Generator<readonly CellValue[]> {
    const messages = this.#database.prepare('SELECT * FROM archive_message ORDER BY id');
    messages.setReadBigInts(true);
    const tokens = this.#readTokens();
    let next = tokens.next();
    for (const row of messages.iterate()) {
      while (!next.done && next.value.id < Number(row['id'])) next = tokens.next();
      const own = !next.done && next.value.id === Number(row['id']) ? next.value.tokens : '';
      const added: Record<string, CellValue> = {
        tokens: own,
        shown: this.#isReadable ? toShownOf(row['record']) : null,
      };
      yield columns.map((column) => added[column] ?? row[column] ?? null);
    }
  }

  *#readTokens(): Generator<{ id: number; tokens: string }> {
    // The index from its other side: it is in the order of tokens, and SQLite sorts it by message.
    this.#database.exec(
      'CREATE VIRTUAL TABLE temp.archive_tokens USING fts5vocab (main, archive_terms, instance)',
    );
    const rows = this.#database.prepare(
      `SELECT doc, group_concat(term, ' ') AS tokens FROM temp.archive_tokens GROUP BY doc ORDER BY doc`,
    );
    for (const { doc, tokens } of rows.iterate()) yield { id: Number(doc), tokens: String(tokens) };
  }
}

function toShownOf(record: unknown): string | null {
  return record instanceof Uint8Array ? toShown(unpack(record)) : null;
}
