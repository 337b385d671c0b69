import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { Sealer } from '../util/sealing.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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
  /** For cursors and ids, when the configuration has no secret; null: there is no key to derive one from. */
  readonly secret: Buffer | null;
}

/** @param encryptionKey 32 bytes; null: nothing is sealed */
export function createVault(encryptionKey: KeyObject | null): Vault {
  if (encryptionKey === null) return { key: () => PLAIN, value: () => PLAIN, secret: null };
  return {
    key: (column) => new KeySeal(encryptionKey, column),
    value: (column) => new ValueSeal(encryptionKey, column),
    secret: derive(encryptionKey, 'secret'),
  };
}

const PLAIN: ColumnSeal = {
  seal: (text) => text,
  open: (stored) => {
    if (typeof stored !== 'string') throw new Error('The store holds a value that is not text');
    return stored;
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

/** AES-256-GCM: nonce, ciphertext, tag. Each column has its own key, which keeps random nonces from repeating. */
class ValueSeal implements ColumnSeal {
  readonly #column: string;
  readonly #key: KeyObject;

  constructor(encryptionKey: KeyObject, column: string) {
    this.#column = column;
    this.#key = createSecretKey(derive(encryptionKey, `store value ${column}`));
  }

  seal(text: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  open(stored: unknown): string {
    if (!(stored instanceof Uint8Array) || stored.length < NONCE_BYTES + TAG_BYTES)
      throw unreadable(this.#column);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, stored.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(stored.subarray(-TAG_BYTES));
    const text = decipher.update(stored.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      decipher.final();
    } catch (error) {
      throw unreadable(this.#column, error);
    }
    // A stream cipher: `final` has nothing to add.
    return text.toString('utf8');
  }
}

function derive(encryptionKey: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', encryptionKey, '', `chat-history-gateway ${purpose}`, 32));
}

function unreadable(column: string, cause?: unknown): Error {
  return new Error(`${column} in the store was changed, or sealed with another key`, { cause });
}
