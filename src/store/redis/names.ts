import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { decrypt, deriveKey, encrypt, NONCE_BYTES } from '../../util/crypto.ts';

/**
 * Names and seals what is kept in Redis, which often has no password. Names are keyed digests, so they tell nothing and gateways with
 * another secret use others; values are sealed with their names, so what was not written under this name by a
 * gateway with this secret does not open.
 */
export class RedisNames {
  readonly #nameKey: KeyObject;
  readonly #valueKey: KeyObject;

  constructor(secret: Buffer) {
    this.#nameKey = createSecretKey(deriveKey(secret, 'redis names'));
    this.#valueKey = createSecretKey(deriveKey(secret, 'redis values'));
  }

  /** @param kind a word, which can be read */
  name(kind: string, text: string): string {
    return `gateway:${kind}:${this.digest(`${kind} ${text}`)}`;
  }

  /** Of all names of a kind, also of gateways with another secret. */
  pattern(kind: string): string {
    return `gateway:${kind}:*`;
  }

  digest(text: string): string {
    return createHmac('sha256', this.#nameKey).update(text).digest('base64url');
  }

  seal(name: string, text: string): string {
    return encrypt(this.#valueKey, randomBytes(NONCE_BYTES), `${name}\n${text}`).toString('base64');
  }

  /** @returns null for what was not sealed under this name */
  open(name: string, sealed: string): string | null {
    const text = decrypt(this.#valueKey, Buffer.from(sealed, 'base64'));
    return text?.startsWith(`${name}\n`) ? text.slice(name.length + 1) : null;
  }
}
