import {
  createCipheriv,
  createSecretKey,
  hash,
  timingSafeEqual,
  type Cipheriv,
  type KeyObject,
} from 'node:crypto';
import { endianness } from 'node:os';
import { deriveKey } from './crypto.ts';

const MAC_BYTES = 16;
const BLOCK_BYTES = 16;
const WORD_BYTES = 4;
const IS_BIG_ENDIAN = endianness() === 'BE';
const BLOCK_WORDS = BLOCK_BYTES / WORD_BYTES;
const KEY_BYTES = 32;

/**
 * Seals many texts at once, at a fraction of what `Sealer` costs for each; with the same promises: what is sealed cannot
 * be read, changed or forged without the secret, and equal texts seal alike on every machine that has it.
 *
 * The construction is SIV (Rogaway and Shrimpton, 2006; RFC 5297 is another instance of it): a MAC of the text,
 * SHA-512/256 over a key and the text, is also the nonce with which AES-256-CTR encrypts it. That hash is truncated, so
 * it cannot be extended. Most of the cost of sealing one text is in the calls to OpenSSL; here one call makes the key
 * stream of all.
 */
export class BatchSealer {
  readonly #macKey: Buffer;
  readonly #blocks: Cipheriv;

  /** @param purpose separates sealers: one cannot open what another sealed */
  constructor(secret: Buffer | KeyObject, purpose: string) {
    const keys = deriveKey(secret, purpose, 2 * KEY_BYTES);
    this.#macKey = keys.subarray(0, KEY_BYTES);
    const encryptionKey = createSecretKey(keys.subarray(KEY_BYTES));
    this.#blocks = createCipheriv('aes-256-ecb', encryptionKey, null).setAutoPadding(false);
  }

  sealAll(texts: readonly string[]): string[] {
    const lengths = texts.map((text) => Buffer.byteLength(text));
    const size = lengths.reduce((sum, length) => sum + MAC_BYTES + toWholeBlocks(length), 0);
    // Each begins with a block, the MAC's, and the text follows from the next one on.
    const all = Buffer.allocUnsafeSlow(size);
    const counters = new Int32Array(size / WORD_BYTES);
    const keyed = this.#keyed(Math.max(0, ...lengths));
    let start = 0;
    const macs = texts.map((text, index) => {
      const length = lengths[index] ?? 0;
      keyed.write(text, KEY_BYTES);
      keyed.copy(all, start + MAC_BYTES, KEY_BYTES, KEY_BYTES + length);
      const mac = toMac(keyed.subarray(0, KEY_BYTES + length));
      setCounters(counters, start + MAC_BYTES, mac, length);
      start += MAC_BYTES + toWholeBlocks(length);
      return mac;
    });
    this.#applyKeyStream(all, counters);
    start = 0;
    return macs.map((mac, index) => {
      const length = lengths[index] ?? 0;
      mac.copy(all, start);
      const sealed = all.toString('base64url', start, start + MAC_BYTES + length);
      start += MAC_BYTES + toWholeBlocks(length);
      return sealed;
    });
  }

  /** @returns the text, or null when this sealer did not seal it or it was changed */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    // Base64 has several spellings of some texts, and Node skips what is not base64; only one of them is ours.
    if (bytes.length < MAC_BYTES || bytes.toString('base64url') !== sealed) return null;
    const mac = bytes.subarray(0, MAC_BYTES);
    const length = bytes.length - MAC_BYTES;
    const text = Buffer.allocUnsafeSlow(toWholeBlocks(length));
    bytes.copy(text, 0, MAC_BYTES);
    const counters = new Int32Array(text.length / WORD_BYTES);
    setCounters(counters, 0, mac, length);
    this.#applyKeyStream(text, counters);
    const keyed = this.#keyed(length);
    text.copy(keyed, KEY_BYTES, 0, length);
    return timingSafeEqual(toMac(keyed), mac) ? text.toString('utf8', 0, length) : null;
  }

  /** Encrypts or decrypts, in place. @param counters a block of key stream is made of each */
  #applyKeyStream(text: Buffer, counters: Int32Array): void {
    // A copy, since a view of words must be aligned.
    const bytes = new Uint8Array(this.#blocks.update(new Uint8Array(counters.buffer)));
    const stream = new Int32Array(bytes.buffer);
    const words = new Int32Array(text.buffer);
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) ^ (stream[at] ?? 0);
  }

  /** The MAC's key, with room for a text after it. */
  #keyed(length: number): Buffer {
    const keyed = Buffer.allocUnsafe(KEY_BYTES + length);
    this.#macKey.copy(keyed);
    return keyed;
  }
}

function toMac(keyed: Uint8Array): Buffer {
  return hash('sha512-256', keyed, 'buffer').subarray(0, MAC_BYTES);
}

function toWholeBlocks(length: number): number {
  return Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
}

/** A counter is 12 bytes of the MAC, and the number of its block in the text. @param start of the text, in bytes */
function setCounters(counters: Int32Array, start: number, mac: Buffer, length: number): void {
  const [first, second, third] = [readWord(mac, 0), readWord(mac, 1), readWord(mac, 2)];
  const end = start + toWholeBlocks(length);
  let number = 0;
  for (let at = start / WORD_BYTES; at < end / WORD_BYTES; at += BLOCK_WORDS) {
    counters[at] = first;
    counters[at + 1] = second;
    counters[at + 2] = third;
    counters[at + 3] = IS_BIG_ENDIAN ? number : swapBytes(number);
    number++;
  }
}

/** As this machine keeps it in memory. */
function readWord(bytes: Buffer, index: number): number {
  const at = index * WORD_BYTES;
  return IS_BIG_ENDIAN ? bytes.readInt32BE(at) : bytes.readInt32LE(at);
}

function swapBytes(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >> 8) & 0xff00) | (word >>> 24);
}
