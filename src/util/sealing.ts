import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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
    const keys = Buffer.from(hkdfSync('sha256', secret, '', `chat-history-gateway ${purpose}`, 64));
    this.#encryptionKey = createSecretKey(keys.subarray(0, 32));
    this.#nonceKey = createSecretKey(keys.subarray(32));
  }

  seal(text: string): string {
    const nonce = createHmac('sha256', this.#nonceKey).update(text).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#encryptionKey, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('base64url');
  }

  /** @returns the text, or null when this sealer did not seal it or it was changed */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    // Base64 has several spellings of some texts, and Node skips what is not base64; only one of them is ours.
    if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.#encryptionKey, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return (
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      // The only error that `final` throws here is a wrong tag.
      return null;
    }
  }
}
