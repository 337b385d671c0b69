import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import { ROW_COLUMNS, type rowColumns } from '../resolvers/rows.ts';
import type { ExportRow, RowColumn } from './row.ts';

type Nullable = {
  [Name in keyof typeof rowColumns]: null extends ReturnType<(typeof rowColumns)[Name]> ? Name : never;
}[keyof typeof rowColumns];

/** `OPTIONAL` columns may have nulls. The compiler compares them with the schema. */
const repetitions: {
  [Name in RowColumn]: Name extends Nullable | 'deliveryStatus' ? 'OPTIONAL' : 'REQUIRED';
} = {
  id: 'REQUIRED',
  provider: 'REQUIRED',
  channel: 'REQUIRED',
  conversationId: 'REQUIRED',
  conversationKind: 'REQUIRED',
  sentAt: 'REQUIRED',
  direction: 'REQUIRED',
  kind: 'REQUIRED',
  availability: 'REQUIRED',
  text: 'OPTIONAL',
  senderId: 'REQUIRED',
  senderRole: 'REQUIRED',
  senderName: 'OPTIONAL',
  customerId: 'OPTIONAL',
  customerName: 'OPTIONAL',
  agentId: 'OPTIONAL',
  agentName: 'OPTIONAL',
  nativeId: 'OPTIONAL',
  attachmentUrl: 'OPTIONAL',
  attachmentMimeType: 'OPTIONAL',
  deliveryStatus: 'OPTIONAL',
};

/** A reader skips row groups by the least and greatest value of these; of other columns they would only take space. */
const SKIPPED_BY: ReadonlySet<RowColumn> = new Set([
  'provider',
  'channel',
  'conversationKind',
  'sentAt',
  'direction',
  'kind',
  'availability',
  'senderRole',
  'deliveryStatus',
]);

/** The columns of CSV in their order: texts in UTF-8, and `sentAt` in milliseconds of UTC. */
export const parquetSchema: SchemaElement[] = [
  { name: 'messages', num_children: ROW_COLUMNS.length },
  ...ROW_COLUMNS.map((name): SchemaElement => ({
    name,
    repetition_type: repetitions[name],
    ...typeOf(name),
  })),
];

export function toColumns(rows: readonly ExportRow[]): ColumnSource[] {
  return ROW_COLUMNS.map((name) => ({
    name,
    data: rows.map((row) => toValue(row[name])),
    statistics: SKIPPED_BY.has(name),
    // It would have to be written at the end of the file, as would the places of pages: one more thing to resume.
    offsetIndex: false,
  }));
}

function typeOf(name: RowColumn): Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'> {
  if (name !== 'sentAt')
    return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  return {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  };
}

/** A lone surrogate has no bytes in UTF-8. */
function toValue(value: string | number | null): string | bigint | null {
  if (typeof value === 'number') return BigInt(value);
  return value === null ? null : value.toWellFormed();
}
