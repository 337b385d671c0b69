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
