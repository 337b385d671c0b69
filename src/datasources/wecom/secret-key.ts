import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** WeCom takes public keys of this length only. */
const KEY_BITS = 2048;
const MIN_PADDING_BYTES = 8;
const PADDING_START = 2;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** The key was wrapped for another private key than the one at hand. */
export class WrongPrivateKeyError extends Error {
  override readonly name = 'WrongPrivateKeyError';
}

/**
 * Reads the private keys of one corporation.
 *
 * @param paths PEM files by `public_key_ver`
 * @param directory what relative paths are relative to
 * @throws Error that names the version, and nothing of the key, when a file is not a private RSA key as WeCom wants it
 */
export function readPrivateKeys(
  channel: string,
  paths: Record<string, string>,
  directory: string,
): Map<number, KeyObject> {
  return new Map(
    Object.entries(paths).map(([version, path]) => [
      Number(version),
      readPrivateKey(`${channel}: privateKeys.${version}`, resolve(directory, path)),
    ]),
  );
}

/**
 * Unwraps a message's key: RSA with the padding of PKCS#1 v1.5.
 *
 * The padding is taken off here. Node refuses to do it (`RSA_PKCS1_PADDING`) on some OpenSSL builds, and on the others
 * answers a wrong key with random bytes instead of an error. Errors from here therefore tell a right block from a wrong
 * one, as a padding oracle does: offer this only to callers who may see the keys anyway, never for blocks of a
 * stranger's choice.
 *
 * @param encryptedSecretKey base64
 * @returns the key as WeCom's display component takes it
 * @throws WrongPrivateKeyError when it was not wrapped for this private key
 * @throws Error when it is no wrapped key at all
 * @see https://developer.work.weixin.qq.com/document/path/101349
 * @see https://www.rfc-editor.org/rfc/rfc8017#section-7.2.2
 */
export function unwrapSecretKey(encryptedSecretKey: string, privateKey: KeyObject): string {
  const wrapped = Buffer.from(encryptedSecretKey, 'base64');
  if (wrapped.length !== KEY_BITS / 8)
    throw new Error('This is not a key wrapped by WeCom: its length is wrong');
  const payload = withoutPadding(decrypt(wrapped, privateKey));
  const text = payload?.toString('latin1') ?? '';
  if (!PRINTABLE.test(text)) {
    throw new WrongPrivateKeyError(
      'The key was wrapped for another private key than the one configured for its public_key_ver',
    );
  }
  return text;
}

function decrypt(wrapped: Buffer, privateKey: KeyObject): Buffer {
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped);
  } catch (cause) {
    // As a number it is greater than the private key's modulus.
    throw new WrongPrivateKeyError(
      'The key cannot have been wrapped for the private key configured for its public_key_ver',
      { cause },
    );
  }
}

/** The block is 00 02, at least eight bytes that are not zero, 00, and the payload. @returns null for another block */
function withoutPadding(block: Buffer): Buffer | null {
  if (block[0] !== 0 || block[1] !== 2) return null;
  const end = block.indexOf(0, PADDING_START);
  return end < PADDING_START + MIN_PADDING_BYTES ? null : block.subarray(end + 1);
}

function readPrivateKey(setting: string, path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new Error(`${setting}: ${path} is not a readable, unencrypted private key in PEM`, { cause });
  }
  if (key.asymmetricKeyType !== 'rsa' || key.asymmetricKeyDetails?.modulusLength !== KEY_BITS) {
    throw new Error(`${setting}: ${path} must hold an RSA key of ${KEY_BITS} bits`);
  }
  return key;
}
