import type { SqlReader, SqlRow, SqlValue } from '../sql.ts';

/** Of one statement. Each column has its own list, so that no engine looks up more than the square of it. */
const MAX_KEYS = 128;

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
 * @returns them in no order, some of them twice, and also rows whose values are from several keys: both engines use an
 * index for a list of values, but for a list of keys only one of them does
 */
export async function allOfKeys(
  sql: SqlReader,
  { columns, toText, values }: SelectByKeys,
  keys: readonly (readonly SqlValue[])[],
): Promise<SqlRow[]> {
  const rows: SqlRow[][] = [];
  for (let from = 0; from < keys.length; from += MAX_KEYS) {
    const some = fill(keys.slice(from, from + MAX_KEYS));
    const text = toText(toCondition(columns, some.length, values.length + 1));
    const lists = columns.flatMap((_, index) => some.map((key) => key[index] ?? null));
    rows.push(await sql.all(text, [...values, ...lists]));
  }
  return rows.flat();
}

/** Repeats the last key up to the next power of two, so that there are few statements to prepare. */
function fill<T>(keys: readonly T[]): T[] {
  const length = 2 ** Math.ceil(Math.log2(keys.length));
  return [...keys, ...keys.slice(-1).flatMap((last) => Array<T>(length - keys.length).fill(last))];
}

function toCondition(columns: readonly string[], count: number, first: number): string {
  return columns
    .map((column, index) => {
      const list = Array.from({ length: count }, (_, key) => `$${first + index * count + key}`);
      return `${column} IN (${list.join(', ')})`;
    })
    .join(' AND ');
}
