/** What a column of an embedded database holds; integers of any size. */
export type CellValue = string | bigint | number | Uint8Array | null;

/** The rows of a store as they are stored, all of one moment. */
export interface TableRows {
  /** Whether there is such a table. */
  has(table: string): boolean;
  /** Lazily, each with the values of these columns in their order. */
  read(table: string, columns: readonly string[]): Iterable<readonly CellValue[]>;
  /** The greatest id that a row of this table ever had; 0: none. */
  lastId(table: string): bigint;
}

/** The rows of stores that have no table in common. */
export class JoinedTableRows implements TableRows {
  readonly #parts: readonly TableRows[];

  constructor(parts: readonly TableRows[]) {
    this.#parts = parts;
  }

  has(table: string): boolean {
    return this.#parts.some((part) => part.has(table));
  }

  read(table: string, columns: readonly string[]): Iterable<readonly CellValue[]> {
    return this.#partWith(table).read(table, columns);
  }

  lastId(table: string): bigint {
    return this.#partWith(table).lastId(table);
  }

  #partWith(table: string): TableRows {
    const part = this.#parts.find((candidate) => candidate.has(table));
    if (!part) throw new Error(`There is no table ${table}`);
    return part;
  }
}
