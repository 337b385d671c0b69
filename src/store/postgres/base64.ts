/** What a column of bytes holds, for a parameter in JSON. */
export function toBase64(value: string | Uint8Array): string {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString('base64');
}
