import { stringify } from 'csv-stringify/sync';
import type { MessageRecord } from '../domain/records.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { toSafeCell } from './csv-cell.ts';
import { CSV_COLUMNS, toCsvRow, type CsvRow } from './csv-row.ts';
import type { ExportFormat } from './formats.ts';
import { toMessageJson } from './message-json.ts';

/** Encodes messages as text, page by page. A page's text does not depend on earlier pages. */
export interface Encoder {
  /** The text before all messages. */
  readonly head: string;
  readonly encode: (messages: readonly MessageRecord[]) => string;
}

type Records = Pick<Gateway, 'channels' | 'ids' | 'masking' | 'typeNames'>;

/**
 * @param gateway the caller's view, which decides the masking
 * @param withBom CSV starts with a byte order mark, by which Excel recognises UTF-8
 */
export function createEncoder(format: ExportFormat, gateway: Records, withBom = false): Encoder {
  switch (format) {
    case 'ndjson':
      return { head: '', encode: (messages) => messages.map((message) => toLine(message, gateway)).join('') };
    case 'csv':
      return {
        head: (withBom ? '\uFEFF' : '') + toCsv([CSV_COLUMNS]),
        encode: (messages) => toCsv(messages.map((message) => toCells(message, gateway))),
      };
  }
}

/** How `JSON.stringify` writes a lone surrogate; a backslash that is itself escaped starts none. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function toLine(message: MessageRecord, gateway: Records): string {
  const line = JSON.stringify(
    toMessageJson(message, channelOf(gateway, message).ownFieldsOf(message), gateway),
  );
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

function toCells(message: MessageRecord, gateway: Records): (string | null)[] {
  const row = toCsvRow(message, gateway);
  return CSV_COLUMNS.map((column) => {
    const text = row[column];
    return text === null || OWN_IDS.has(column) ? text : toSafeCell(text);
  });
}

/** RFC 4180: a line break of any kind within a cell is quoted. */
function toCsv(rows: readonly (readonly (string | null)[])[]): string {
  return stringify([...rows], { record_delimiter: '\r\n', quote_record_delimiter: true });
}
