import type { MessageRecord } from '../domain/records.ts';
import { ROW_COLUMNS, type RowGateway } from '../resolvers/rows.ts';
import type { DeliveryStatus } from '../domain/delivery.ts';
import { toRfc3339 } from '../util/rfc3339.ts';
import { toExportRow, type RowColumn } from './row.ts';

export const CSV_COLUMNS = ROW_COLUMNS;

export type CsvRow = Record<RowColumn, string | null>;

/** A message as a row of texts, masked like the fields of `MessageRow` for the caller. */
export function toCsvRow(
  message: MessageRecord,
  deliveryStatus: DeliveryStatus | null,
  gateway: RowGateway,
): CsvRow {
  const row = toExportRow(message, deliveryStatus, gateway);
  return Object.fromEntries(CSV_COLUMNS.map((name) => [name, toText(row[name])])) as CsvRow;
}

/** @param value a text, or Unix ms */
function toText(value: string | number | null): string | null {
  return typeof value === 'number' ? toRfc3339(value) : value;
}
