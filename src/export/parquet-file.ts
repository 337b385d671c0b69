import { isDeepStrictEqual } from 'node:util';
import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { readVersion } from '../util/version.ts';
import { parquetSchema, toColumns } from './parquet-columns.ts';
import type { ExportRow } from './row.ts';

/** In the form by which readers recognise a writer; they distrust the statistics of others. */
const CREATED_BY = `chat-history-gateway version ${readVersion()}`;
/** Thrift's compact protocol: an empty list of structs. */
const NO_STRUCTS = 0x0c;

/** Rows that are whole in the file, but that no footer tells of yet. */
export interface RowGroup {
  bytes: Buffer;
  /** The footer of a file with no other row group, in base64: where the columns of this one begin. */
  footer: string;
}

/** @param offset where in the file the row group begins; at 0 the file's own mark precedes it */
export function encodeRowGroup(rows: readonly ExportRow[], offset: number): RowGroup {
  const { parquet, takeBytes } = openAt(offset);
  // With a size of its own the library would begin another row group.
  void parquet.write({ columnData: toColumns(rows), rowGroupSize: rows.length });
  const bytes = takeBytes();
  void parquet.finish();
  return { bytes, footer: takeBytes().toString('base64') };
}

/**
 * The end of the file, which makes it readable.
 *
 * @param footers of all row groups, in order
 * @param offset the length of the file so far
 */
export function encodeFooter(footers: readonly string[], offset: number): Buffer {
  const { parquet, takeBytes } = openAt(offset);
  for (const footer of footers) {
    const { row_groups, num_rows } = readFooter(footer);
    parquet.row_groups.push(...row_groups);
    parquet.num_rows += num_rows;
  }
  void parquet.finish();
  const bytes = takeBytes();
  // The library gives an empty list no type, which Arrow for Rust refuses. The field that follows has two bytes before its text.
  if (footers.length === 0) bytes[bytes.indexOf(CREATED_BY) - 3] = NO_STRUCTS;
  return bytes;
}

/** Whether a row group has the columns of this version, so that they fit in one file. */
export function hasTheseColumns(footer: string): boolean {
  const { schema } = readFooter(footer);
  return isDeepStrictEqual(schema.map(toColumnType), parquetSchema.map(toColumnType));
}

function toColumnType({ name, type, repetition_type }: SchemaElement): (string | undefined)[] {
  return [name, type, repetition_type];
}

function readFooter(footer: string): FileMetaData {
  return parquetMetadata(Uint8Array.from(Buffer.from(footer, 'base64')).buffer);
}

/** The library's writer, as if it had written all that precedes. Into memory it writes at once, and returns no promise. */
function openAt(offset: number): { parquet: ParquetWriter; takeBytes: () => Buffer } {
  const writer = new ByteWriter();
  const takeBytes = (): Buffer => {
    const bytes = Buffer.from(writer.getBytes());
    writer.index = 0;
    return bytes;
  };
  const parquet = new ParquetWriter({
    writer,
    schema: parquetSchema,
    createdBy: CREATED_BY,
    // Names of channels are short, and a shortened one would not be exact.
    statisticsTruncateLength: Infinity,
  });
  if (offset > 0) {
    takeBytes();
    writer.offset = offset;
  }
  return { parquet, takeBytes };
}
