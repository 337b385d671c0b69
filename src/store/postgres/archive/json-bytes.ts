import { isUtf8 } from 'node:buffer';
import { toBase64 } from '../base64.ts';

/** What a column of bytes holds, for a parameter in JSON. One of both. */
export interface JsonBytes {
  /** Bytes that are a text in UTF-8: the server takes that in a tenth of the time. */
  text?: string;
  base64?: string;
}

/** The same of a row of these two columns, of type text. */
export const FROM_JSON_BYTES = `COALESCE(convert_to(text, 'UTF8'), decode(base64, 'base64'))`;

export function toJsonBytes(value: string | Uint8Array): JsonBytes {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  // The server's texts have no U+0000.
  return isUtf8(bytes) && !bytes.includes(0) ? { text: bytes.toString('utf8') } : { base64: toBase64(bytes) };
}
