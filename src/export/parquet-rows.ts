import type { MessageRecord } from '../domain/records.ts';
import { toDeliveryStatus } from '../resolvers/rows.ts';
import type { Records } from './encoder.ts';
import { ExportError } from './export-error.ts';
import { encodeFooter, encodeRowGroup, hasTheseColumns } from './parquet-file.ts';
import { toExportRow, type ExportRow } from './row.ts';
import type { FormatWriter, WrittenPage, WrittenState } from './written.ts';

/**
 * Rows of the first row group; each has twice as many as the one before it, up to the most. So an export that resumes
 * reads no more again than it kept, while long exports have few row groups.
 */
const FIRST_ROWS = 1_000;
const MOST_ROWS = 16_000;
/** In UTF-16 code units: a row group with long texts has fewer rows, since it is made in memory. */
const MOST_TEXT = 16_000_000;

/** Gathers the rows of Parquet's row groups, whose ends depend on nothing but the rows. */
export class ParquetRows implements FormatWriter {
  readonly #gateway: Records;
  readonly #groups: string[];
  #offset: number;
  #rows: ExportRow[] = [];
  #text = 0;

  /** @throws ExportError when what is written has other columns */
  constructor(gateway: Records, { bytes, groups }: WrittenState) {
    const last = groups.at(-1);
    if (last !== undefined && !hasTheseColumns(last)) {
      throw new ExportError(
        'Another version of the gateway began this export, with other columns. Finish it with that version, or start again with --force.',
      );
    }
    this.#gateway = gateway;
    this.#offset = bytes;
    this.#groups = [...groups];
  }

  async write(messages: readonly MessageRecord[], isLast: boolean): Promise<WrittenPage> {
    const known = this.#groups.length;
    const parts: Buffer[] = [];
    for (const row of await this.#toRows(messages)) {
      this.#rows.push(row);
      this.#text += textLength(row);
      if (this.#isFull()) parts.push(this.#endGroup());
    }
    if (isLast) {
      if (this.#rows.length > 0) parts.push(this.#endGroup());
      parts.push(encodeFooter(this.#groups, this.#offset));
    }
    return { bytes: Buffer.concat(parts), pending: this.#rows.length, groups: this.#groups.slice(known) };
  }

  async #toRows(messages: readonly MessageRecord[]): Promise<ExportRow[]> {
    return Promise.all(
      messages.map(async (message) =>
        toExportRow(message, await toDeliveryStatus(message, this.#gateway), this.#gateway),
      ),
    );
  }

  #isFull(): boolean {
    const rows = Math.min(FIRST_ROWS * 2 ** this.#groups.length, MOST_ROWS);
    return this.#rows.length >= rows || this.#text >= MOST_TEXT;
  }

  #endGroup(): Buffer {
    const { bytes, footer } = encodeRowGroup(this.#rows, this.#offset);
    this.#groups.push(footer);
    this.#offset += bytes.length;
    this.#rows = [];
    this.#text = 0;
    return bytes;
  }
}

function textLength(row: ExportRow): number {
  let length = 0;
  for (const value of Object.values(row)) if (typeof value === 'string') length += value.length;
  return length;
}
