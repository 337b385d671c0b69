import { randomBytes } from 'node:crypto';

/** The configuration's `store`, with a key of its own when it is to be encrypted. */
export function createStoreConfig(location: string, store: 'plain' | 'encrypted'): unknown {
  return store === 'plain' ? location : { location, encryptionKey: randomBytes(32).toString('base64') };
}
