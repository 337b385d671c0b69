import type { KeyObject } from 'node:crypto';
import { createVault, type ColumnSeal, type Vault } from '../vault.ts';

/**
 * As PostgreSQL's columns take them: values are bytes, sealed or not, and keys are texts, which cannot hold U+0000.
 *
 * @param encryptionKey 32 bytes; null: nothing is sealed
 */
export function createPostgresVault(encryptionKey: KeyObject | null): Vault {
  const vault = createVault(encryptionKey);
  return {
    key: (column) => new TextSeal(vault.key(column)),
    value: (column) => (encryptionKey === null ? BYTES : vault.value(column)),
    record: (column) => vault.record(column),
    hash: (column) => vault.hash(column),
    secret: vault.secret,
  };
}

/** A leading U+FEFF is part of the text. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const BYTES: ColumnSeal = {
  seal: (text) => Buffer.from(text, 'utf8'),
  open: (stored) => {
    if (!(stored instanceof Uint8Array)) throw new Error('The store holds a value that is not bytes');
    return utf8.decode(stored);
  },
};

class TextSeal implements ColumnSeal {
  readonly #seal: ColumnSeal;

  constructor(seal: ColumnSeal) {
    this.#seal = seal;
  }

  seal(text: string): string | Uint8Array {
    const sealed = this.#seal.seal(text);
    return typeof sealed === 'string' ? toKeyText(sealed) : sealed;
  }

  open(stored: unknown): string {
    return this.#seal.open(typeof stored === 'string' ? unescape(stored) : stored);
  }
}

/** A key as it is stored. Unpaired surrogates become U+FFFD here, as they do in SQLite. */
export function toKeyText(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\0', '\\0');
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\0])/g, (_, escaped: string) => (escaped === '0' ? '\0' : '\\'));
}
