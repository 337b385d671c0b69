import type { DeliveryStatus } from '../domain/delivery.ts';
import type { MessageRecord } from '../domain/records.ts';
import { ROW_COLUMNS, rowColumns, type RowGateway } from '../resolvers/rows.ts';

export type RowColumn = (typeof ROW_COLUMNS)[number];

/** A message as a row of texts and times, which are in Unix ms. */
export type ExportRow = Record<RowColumn, string | number | null>;

/** The row of a message, masked like the fields of `MessageRow` for the caller. */
export function toExportRow(
  message: MessageRecord,
  deliveryStatus: DeliveryStatus | null,
  gateway: RowGateway,
): ExportRow {
  const row = Object.fromEntries(
    ROW_COLUMNS.map((name) => [
      name,
      name === 'deliveryStatus' ? deliveryStatus : rowColumns[name](message, gateway),
    ]),
  );
  return gateway.masking.fields('MessageRow', row) as ExportRow;
}
