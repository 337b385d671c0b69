import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { decryptBytes, deriveKey, encrypt, NONCE_BYTES } from '../util/crypto.ts';
import { Sealer } from '../util/sealing.ts';
import { pack, unpack } from './packing.ts';

const HASH_BYTES = 16;

/** Seals the texts of one column, and opens them. */
export interface ColumnSeal {
  seal(text: string): string | Uint8Array;
  /** @throws Error for what was not sealed for this column with this key, or was changed since */
  open(stored: unknown): string;
}

/** Keeps files on disk from being readable. A text sealed for one column does not open as another's. */
export interface Vault {
  /** For a column that is looked up: equal texts seal alike, and reveal only that. */
  key(column: string): ColumnSeal;
  /** For any other column: equal texts seal differently each time. */
  value(column: string): ColumnSeal;
  /** As `value`, and compressed, for records of messages. */
  record(column: string): ColumnSeal;
  /**
   * For what is only searched for: equal texts give the same 128 bits, which nothing opens. Null: there is no key, and texts
   * may stand as they are.
   */
  hash(column: string): ((text: string) => Buffer) | null;
  /** For cursors and ids, when the configuration has no secret; null: there is no key to derive one from. */
  readonly secret: Buffer | null;
}

/** @param encryptionKey 32 bytes; null: nothing is sealed */
export function createVault(encryptionKey: KeyObject | null): Vault {
  if (encryptionKey === null)
    return { key: () => PLAIN, value: () => PLAIN, record: () => PACKED, hash: () => null, secret: null };
  return {
    key: (column) => new KeySeal(encryptionKey, column),
    value: (column) => new ValueSeal(encryptionKey, column, UTF_8),
    record: (column) => new ValueSeal(encryptionKey, column, COMPRESSED),
    hash: (column) => createHash(encryptionKey, column),
    secret: deriveKey(encryptionKey, 'secret'),
  };
}

function createHash(encryptionKey: KeyObject, column: string): (text: string) => Buffer {
  const key = createSecretKey(deriveKey(encryptionKey, `store hash ${column}`));
  return (text) => createHmac('sha256', key).update(text).digest().subarray(0, HASH_BYTES);
}

const PLAIN: ColumnSeal = {
  seal: (text) => text,
  open: (stored) => {
    if (typeof stored !== 'string') throw new Error('The store holds a value that is not text');
    return stored;
  },
};

const PACKED: ColumnSeal = {
  seal: pack,
  open: (stored) => {
    if (!(stored instanceof Uint8Array)) throw new Error('The store holds a record that is not bytes');
    return unpack(stored);
  },
};

class KeySeal implements ColumnSeal {
  readonly #column: string;
  readonly #sealer: Sealer;

  constructor(encryptionKey: KeyObject, column: string) {
    this.#column = column;
    this.#sealer = new Sealer(encryptionKey, `store key ${column}`);
  }

  seal(text: string): string {
    return this.#sealer.seal(text);
  }

  open(stored: unknown): string {
    const text = typeof stored === 'string' ? this.#sealer.open(stored) : null;
    if (text === null) throw unreadable(this.#column);
    return text;
  }
}

/** How texts are written as bytes. */
interface Encoding {
  encode: (text: string) => Uint8Array;
  decode: (bytes: Buffer) => string;
}

const UTF_8: Encoding = { encode: (text) => Buffer.from(text), decode: (bytes) => bytes.toString() };
const COMPRESSED: Encoding = { encode: pack, decode: unpack };

/** AES-256-GCM: nonce, ciphertext, tag. Each column has its own key, which keeps random nonces from repeating. */
class ValueSeal implements ColumnSeal {
  readonly #column: string;
  readonly #key: KeyObject;
  readonly #encoding: Encoding;

  constructor(encryptionKey: KeyObject, column: string, encoding: Encoding) {
    this.#column = column;
    this.#key = createSecretKey(deriveKey(encryptionKey, `store value ${column}`));
    this.#encoding = encoding;
  }

  seal(text: string): Uint8Array {
    return encrypt(this.#key, randomBytes(NONCE_BYTES), this.#encoding.encode(text));
  }

  open(stored: unknown): string {
    const bytes = stored instanceof Uint8Array ? decryptBytes(this.#key, stored) : null;
    if (bytes === null) throw unreadable(this.#column);
    return this.#encoding.decode(bytes);
  }
}

function unreadable(column: string): Error {
  return new Error(`${column} in the store was changed, or sealed with another key`);
}
