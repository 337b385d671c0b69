import { parquetReadObjects } from 'hyparquet';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';

/** A row of a Parquet file, with times in RFC 3339. */
export type ParquetRow = Record<string, string | null>;

/** Reads a whole file. Refuses columns of other types than texts and times, and files without an end. */
export async function parseParquet(bytes: Buffer): Promise<ParquetRow[]> {
  const rows = await parquetReadObjects({ file: toArrayBuffer(bytes), parsers });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toText(value)])),
  );
}

/** As other readers have it; this one would leave out a byte order mark, and take bytes that are no text. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const parsers = { ...DEFAULT_PARSERS, stringFromBytes: (bytes: Uint8Array) => decoder.decode(bytes) };

/** A small buffer is a part of one that others use, too. */
export function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function toText(value: unknown): string | null {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || value === null) return value;
  throw new Error(`A cell has the type ${typeof value}`);
}
