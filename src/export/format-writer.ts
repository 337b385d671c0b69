import { createEncoder, type Records } from './encoder.ts';
import type { ExportFormat, TextFormat } from './formats.ts';
import { ParquetRows } from './parquet-rows.ts';
import type { FormatWriter, WrittenState } from './written.ts';

const NOTHING: WrittenState = { bytes: 0, groups: [] };

/**
 * @param gateway the caller's view, which decides the masking
 * @param withBom CSV starts with a byte order mark
 * @param written of an earlier export, which this one continues
 */
export function createFormatWriter(
  format: ExportFormat,
  gateway: Records,
  { withBom = false, written = NOTHING }: { withBom?: boolean | undefined; written?: WrittenState } = {},
): FormatWriter {
  if (format === 'parquet') return new ParquetRows(gateway, written);
  return createTextWriter(format, gateway, withBom, written.bytes === 0);
}

function createTextWriter(
  format: TextFormat,
  gateway: Records,
  withBom: boolean,
  isNew: boolean,
): FormatWriter {
  const { head, encode } = createEncoder(format, gateway, withBom);
  let next = isNew ? head : '';
  return {
    write: async (messages) => {
      const bytes = Buffer.from(next + (await encode(messages)));
      next = '';
      return { bytes, pending: 0, groups: [] };
    },
  };
}
