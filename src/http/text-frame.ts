const FINAL_TEXT = 0x81;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** A text as a whole WebSocket message from a server, in one frame: neither masked nor compressed (RFC 6455, section 5.2). */
export function toTextFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < TWO_BYTES) return Buffer.concat([Buffer.from([FINAL_TEXT, length]), payload]);
  const isShort = length < 2 ** 16;
  const head = Buffer.from([
    FINAL_TEXT,
    isShort ? TWO_BYTES : EIGHT_BYTES,
    ...Array<number>(isShort ? 2 : 8).fill(0),
  ]);
  if (isShort) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
