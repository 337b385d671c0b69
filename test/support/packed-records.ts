import { readFileSync } from 'node:fs';
import { pack, unpack } from '../../src/store/packing.ts';

/** A row of a table of messages, with its record as the text that it is. */
export function withReadableRecord(row: Record<string, unknown>): Record<string, unknown> {
  const { record } = row;
  return record instanceof Uint8Array ? { ...row, record: unpack(record) } : row;
}

/** How many of these records stand in some files as they are stored: a search for words does not find them. */
export function countPacked(files: readonly string[], records: readonly string[]): number {
  const contents = files.map((file) => readFileSync(file));
  return records
    .map(pack)
    .filter((packed) => contents.some((content) => content.includes(Buffer.from(packed)))).length;
}
