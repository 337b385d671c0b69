import { randomBytes } from 'node:crypto';

/** As `store` in the configuration. */
export type StoreConfig = string | { location: string; encryptionKey: string };

/** The configuration's `store`, with a key of its own when it is to be encrypted. */
export function createStoreConfig(location: string, store: 'plain' | 'encrypted'): StoreConfig {
  return store === 'plain' ? location : { location, encryptionKey: randomBytes(32).toString('base64') };
}
