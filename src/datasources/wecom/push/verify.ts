import { createDecipheriv, createHash, createSecretKey, timingSafeEqual } from 'node:crypto';

/** What a callback's signature is made over, besides the configured token. */
export interface SignedParts {
  timestamp: string;
  nonce: string;
  /** As sent, in base64. */
  encrypted: string;
}

export interface OpenedCallback {
  message: string;
  /** Whom it was encrypted for: a corporation, a suite or a provider. */
  receiveId: string;
}

const CIPHER_BLOCK_BYTES = 16;
/** Twice the cipher's block, which is why Node's own unpadding does not know it. */
const MAX_PADDING_BYTES = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const HEAD_BYTES = RANDOM_BYTES + LENGTH_BYTES;

/**
 * The hex SHA-1 of the four strings in their own order.
 *
 * @see https://developer.work.weixin.qq.com/document/path/91144
 */
export function toSignature(token: string, { timestamp, nonce, encrypted }: SignedParts): string {
  const joined = [token, timestamp, nonce, encrypted].sort().join('');
  return createHash('sha1').update(joined).digest('hex');
}

/** Takes as long for every wrong signature, of whatever length. */
export function isSignedWith(token: string, parts: SignedParts, signature: string): boolean {
  return timingSafeEqual(toDigest(toSignature(token, parts)), toDigest(signature));
}

/**
 * Decrypts with AES-256-CBC, whose IV is the key's first half, and takes the plain text apart: random bytes, the
 * message's length, the message, the id of the receiver, and padding up to a multiple of 32 bytes.
 *
 * @param encrypted base64
 * @param encodingAesKey 43 characters of base64
 * @returns null when it was not encrypted with this key
 */
export function openCallback(encrypted: string, encodingAesKey: string): OpenedCallback | null {
  const sealed = Buffer.from(encrypted, 'base64');
  if (sealed.length % CIPHER_BLOCK_BYTES !== 0) return null;
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', createSecretKey(key), key.subarray(0, CIPHER_BLOCK_BYTES));
  decipher.setAutoPadding(false);
  const plain = withoutPadding(Buffer.concat([decipher.update(sealed), decipher.final()]));
  if (plain === null || plain.length < HEAD_BYTES) return null;
  const messageEnd = HEAD_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (messageEnd > plain.length) return null;
  return {
    message: plain.toString('utf8', HEAD_BYTES, messageEnd),
    receiveId: plain.toString('utf8', messageEnd),
  };
}

/** The padding says its own length in each of its bytes. @returns null for anything else */
function withoutPadding(padded: Buffer): Buffer | null {
  const length = padded.at(-1) ?? 0;
  if (length < 1 || length > MAX_PADDING_BYTES || length > padded.length) return null;
  const end = padded.length - length;
  return padded.subarray(end).every((byte) => byte === length) ? padded.subarray(0, end) : null;
}

/** Of equal length for texts of any. */
function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
