import { constants, generateKeyPairSync, type KeyPairKeyObjectResult, publicEncrypt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The versions that the played corporation has used, oldest first. */
export const KEY_VERSIONS = [1, 2] as const;
export type KeyVersion = (typeof KEY_VERSIONS)[number];

/** Made when first needed, and once: a pair takes about a tenth of a second. */
const keyPairs = new Map<KeyVersion, KeyPairKeyObjectResult>();

/** PKCS#8 in PEM. */
export function privateKeyOf(version: KeyVersion): string {
  return keyPairOf(version).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Wraps a message's key as WeCom does: RSA with the padding of PKCS#1 v1.5, in base64. */
export function wrapKey(secretKey: string, version: KeyVersion): string {
  const key = { key: keyPairOf(version).publicKey, padding: constants.RSA_PKCS1_PADDING };
  return publicEncrypt(key, Buffer.from(secretKey)).toString('base64');
}

/** @returns the paths of the files by version, as the configuration wants them */
export function writePrivateKeys(directory: string): Record<string, string> {
  return Object.fromEntries(
    KEY_VERSIONS.map((version) => {
      const path = join(directory, `archive-${version}.pem`);
      writeFileSync(path, privateKeyOf(version), { mode: 0o600 });
      return [String(version), path];
    }),
  );
}

function keyPairOf(version: KeyVersion): KeyPairKeyObjectResult {
  let pair = keyPairs.get(version);
  if (!pair) {
    pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    keyPairs.set(version, pair);
  }
  return pair;
}
