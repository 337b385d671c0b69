import type { Sql, SqlRow, SqlValue } from '../sql.ts';
import { inBatches } from './in-batches.ts';

/** A statement that selects by keys, each with a value for each of these columns. */
export interface SelectByKeys {
  /** Of one index. */
  columns: readonly string[];
  /** @param isOneOf the condition on these columns */
  toText: (isOneOf: string) => string;
  /** Of the other placeholders, which come first. */
  values: readonly SqlValue[];
}

/**
 * Selects the rows of many keys with few statements.
 *
 * @returns them in no order, some of them twice, and also rows whose values are from several keys: where no index is used
 * for a list of keys, each column has a list of values
 */
export async function allOfKeys(
  sql: Pick<Sql, 'all' | 'hasIndexedTuples'>,
  { columns, toText, values }: SelectByKeys,
  keys: readonly (readonly SqlValue[])[],
): Promise<SqlRow[]> {
  const rows: SqlRow[][] = [];
  for (const some of inBatches(keys)) {
    // A row for each column, or for each key. With a list for each column, no more than the square of them is looked up.
    const byColumn = columns.map((_, index) => some.map((key) => key[index] ?? null));
    const [matrix, toCondition] = sql.hasIndexedTuples ? [some, isOneOfTuples] : [byColumn, isOneOfEach];
    const text = toText(toCondition(columns, toPlaceholders(matrix, values.length + 1)));
    rows.push(await sql.all(text, [...values, ...matrix.flat()]));
  }
  return rows.flat();
}

/** `($2, $3)` for each row of the matrix. */
function toPlaceholders(matrix: readonly (readonly SqlValue[])[], first: number): string[] {
  let next = first;
  return matrix.map((row) => `(${row.map(() => `$${next++}`).join(', ')})`);
}

function isOneOfEach(columns: readonly string[], lists: readonly string[]): string {
  return columns.map((column, index) => `${column} IN ${lists[index] ?? '()'}`).join(' AND ');
}

function isOneOfTuples(columns: readonly string[], tuples: readonly string[]): string {
  return `(${columns.join(', ')}) IN (${tuples.join(', ')})`;
}
