import pg from 'pg';

/** Where analysts find their views. */
export const SCHEMA = 'bi';

export type ColumnType =
  'text' | 'integer' | 'bigint' | 'double precision' | 'boolean' | 'date' | 'timestamp with time zone';

export interface ViewColumn {
  name: string;
  type: ColumnType;
  /** For who reads the view; the documentation has the same. */
  comment: string;
  /** An expression over what the view is made from. */
  value: string;
  /** Tells who people are: null for those who may not know. Left out: all see it. */
  isMasked?: true;
}

/** What analysts may rely on: neither a view nor a column goes, or gets another place or type. */
export interface View {
  name: string;
  comment: string;
  columns: readonly ViewColumn[];
  /** From `FROM` on. */
  source: string;
}

/** What a column is, with who may not see it. */
export function toComment({ comment, isMasked }: ViewColumn): string {
  return isMasked ? `${comment} Always null for who is masked.` : comment;
}

/**
 * Statements that make the view, or replace an earlier one: one that has had the first of its columns. Rights to it stay.
 *
 * @param mayKnow a condition: whether who asks may know who people are
 */
export function toStatements({ name, comment, columns, source }: View, mayKnow: string): string[] {
  const view = `${SCHEMA}.${name}`;
  const selected = columns.map(({ name: column, type, value, isMasked }) => {
    const shown = isMasked ? `CASE WHEN ${mayKnow} THEN ${value} END` : value;
    return `(${shown})::${type} AS ${column}`;
  });
  return [
    `CREATE OR REPLACE VIEW ${view} AS SELECT ${selected.join(',\n')}\n${source}`,
    `COMMENT ON VIEW ${view} IS ${pg.escapeLiteral(comment)}`,
    ...columns.map(
      (column) => `COMMENT ON COLUMN ${view}.${column.name} IS ${pg.escapeLiteral(toComment(column))}`,
    ),
  ];
}
