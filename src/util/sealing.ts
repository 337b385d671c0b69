import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { decrypt, deriveKey, encrypt, NONCE_BYTES } from './crypto.ts';

/**
 * Seals short texts so that they cannot be read, changed or forged without the secret: AES-256-GCM in base64url.
 *
 * Sealing is deterministic: the nonce is an HMAC of the text, so equal texts seal alike on every machine that has the
 * secret, and a nonce never serves two different texts. A reader of two sealed texts learns whether they are equal.
 */
export class Sealer {
  // Key objects, since Node would make one from a buffer for each text, which costs more than the sealing.
  readonly #encryptionKey: KeyObject;
  readonly #nonceKey: KeyObject;

  /** @param purpose separates sealers: one cannot open what another sealed */
  constructor(secret: Buffer | KeyObject, purpose: string) {
    const keys = deriveKey(secret, purpose, 64);
    this.#encryptionKey = createSecretKey(keys.subarray(0, 32));
    this.#nonceKey = createSecretKey(keys.subarray(32));
  }

  seal(text: string): string {
    const nonce = createHmac('sha256', this.#nonceKey).update(text).digest().subarray(0, NONCE_BYTES);
    return encrypt(this.#encryptionKey, nonce, text).toString('base64url');
  }

  /** @returns the text, or null when this sealer did not seal it or it was changed */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    // Base64 has several spellings of some texts, and Node skips what is not base64; only one of them is ours.
    return bytes.toString('base64url') === sealed ? decrypt(this.#encryptionKey, bytes) : null;
  }
}
