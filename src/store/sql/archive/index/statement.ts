import type { SqlValue } from '../../../sql.ts';

/** A statement, and the values of its placeholders. */
export type Selection = [text: string, values: SqlValue[]];

/**
 * Stands behind a condition: there SQLite looks at times whether its answer is still waited for. PostgreSQL does so by itself.
 *
 * @param moment a column of Unix ms, which says at which rows
 */
export function inTime(moment: string): string {
  return `/* IN TIME BY ${moment} */`;
}

/** The values of a statement, in the order in which its text is written. */
export class Values {
  readonly all: SqlValue[] = [];

  /** @returns its placeholder */
  add(value: SqlValue): string {
    return `$${this.all.push(value)}`;
  }

  /** @returns an integer's placeholder, for where an engine cannot know its type */
  integer(value: number): string {
    return `CAST(${this.add(value)} AS bigint)`;
  }

  /**
   * @param values at least one
   * @returns their placeholders, as many as the next power of two, so that there are few statements to prepare
   */
  list(values: readonly SqlValue[]): string {
    const length = 2 ** Math.ceil(Math.log2(values.length));
    const last = values.at(-1) ?? null;
    return Array.from({ length }, (_, index) => this.add(values[index] ?? last)).join(', ');
  }

  /** @returns rows of integers, whose columns are `column1` and so on */
  rows(rows: readonly (readonly number[])[]): string {
    return `(VALUES ${rows.map((row) => `(${row.map((value) => this.integer(value)).join(', ')})`).join(', ')})`;
  }
}
