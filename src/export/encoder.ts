import { stringify } from 'csv-stringify/sync';
import type { DeliveryStatus } from '../domain/delivery.ts';
import type { MessageRecord } from '../domain/records.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { toSafeCell } from './csv-cell.ts';
import { CSV_COLUMNS, toCsvRow, type CsvRow } from './csv-row.ts';
import type { TextFormat } from './formats.ts';
import { toDeliveryStatus } from '../resolvers/rows.ts';
import { createMessageJson } from './message-json.ts';

/** Encodes messages as text, page by page. A page's text does not depend on earlier pages. */
export interface Encoder {
  /** The text before all messages. */
  readonly head: string;
  readonly encode: (messages: readonly MessageRecord[]) => Promise<string>;
}

/** What formats need to know of the gateway. */
export type Records = Pick<Gateway, 'channels' | 'ids' | 'masking' | 'typeNames'>;

/**
 * @param gateway the caller's view, which decides the masking
 * @param withBom CSV starts with a byte order mark, by which Excel recognises UTF-8
 */
export function createEncoder(format: TextFormat, gateway: Records, withBom = false): Encoder {
  switch (format) {
    case 'ndjson':
      return { head: '', encode: (messages) => toLines(messages, gateway) };
    case 'csv':
      return {
        head: (withBom ? '\uFEFF' : '') + toCsv([CSV_COLUMNS]),
        encode: (messages) => toRows(messages, gateway),
      };
  }
}

/** How `JSON.stringify` writes a lone surrogate; a backslash that is itself escaped starts none. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

async function toLines(messages: readonly MessageRecord[], gateway: Records): Promise<string> {
  // All at once, so that they are looked up together.
  const own = await Promise.all(
    messages.map(async (message) => channelOf(gateway, message).ownFieldsOf(message)),
  );
  const toJson = createMessageJson(gateway);
  return messages.map((message, index) => toLine(toJson(message, own[index] ?? {}))).join('');
}

function toLine(json: Record<string, unknown>): string {
  const line = JSON.stringify(json);
  // Strict parsers reject such an escape, and the whole line with it.
  return `${line.includes('\\ud') ? line.replace(LONE_SURROGATE, '$1\uFFFD') : line}\n`;
}

/** The gateway's own ids are not written by participants, and must stay unchanged. */
const OWN_IDS: ReadonlySet<keyof CsvRow> = new Set([
  'id',
  'conversationId',
  'senderId',
  'customerId',
  'agentId',
]);

async function toRows(messages: readonly MessageRecord[], gateway: Records): Promise<string> {
  const statuses = await Promise.all(messages.map(async (message) => toDeliveryStatus(message, gateway)));
  return toCsv(messages.map((message, index) => toCells(message, statuses[index] ?? null, gateway)));
}

function toCells(
  message: MessageRecord,
  deliveryStatus: DeliveryStatus | null,
  gateway: Records,
): (string | null)[] {
  const row = toCsvRow(message, deliveryStatus, gateway);
  return CSV_COLUMNS.map((column) => {
    const text = row[column];
    return text === null || OWN_IDS.has(column) ? text : toSafeCell(text);
  });
}

/** RFC 4180: a line break of any kind within a cell is quoted. */
function toCsv(rows: readonly (readonly (string | null)[])[]): string {
  return stringify([...rows], { record_delimiter: '\r\n', quote_record_delimiter: true });
}
