import type { CellValue, TableRows } from '../table-rows.ts';
import type { Database } from './database.ts';

/** @param database on which a transaction is open */
export class SqliteTableRows implements TableRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  has(table: string): boolean {
    const found = this.#database
      .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
      .get(table);
    return found !== undefined;
  }

  *read(table: string, columns: readonly string[]): Generator<readonly CellValue[]> {
    const names = columns.map(quote);
    const statement = this.#database.prepare(`SELECT ${names.join(', ')} FROM ${quote(table)}`);
    statement.setReadBigInts(true);
    for (const row of statement.iterate()) yield columns.map((column) => row[column] ?? null);
  }

  lastId(table: string): bigint {
    // SQLite keeps the greatest id that it has given where ids must not be given again.
    const statement = this.#database.prepare(
      `SELECT MAX(id) AS last FROM (
         SELECT MAX(id) AS id FROM ${quote(table)}
         UNION ALL SELECT seq FROM sqlite_sequence WHERE name = ?
       )`,
    );
    statement.setReadBigInts(true);
    const last = statement.get(table)?.['last'];
    return typeof last === 'bigint' ? last : 0n;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
