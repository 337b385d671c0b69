import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller, Scope } from './caller.ts';

const KEY_BYTES = 32;
/** A prefix by which people and secret scanners recognise a key. */
const PREFIX = 'chg_';

export const KEY_NAME = /^[\w.-]{1,64}$/;

export interface ApiKeyEntry {
  name: string;
  /** SHA-256 of the whole key, in lower-case hex. A key has 256 random bits, so its plain hash reveals nothing. */
  sha256: string;
  /** Default: all channels. */
  channels?: string[] | undefined;
  scopes: Scope[];
}

/** The configured keys, by their hashes; the keys themselves are not known here. */
export class ApiKeys {
  readonly #entries: { source: string; hash: Buffer; caller: Caller }[];

  /** @param previous an identical entry keeps its caller, whose connections stay open */
  constructor(entries: readonly ApiKeyEntry[], previous?: ApiKeys) {
    const earlier = previous ? previous.#entries : [];
    this.#entries = entries.map((entry) => {
      const { name, sha256, channels, scopes } = entry;
      const source = JSON.stringify([name, sha256, channels, scopes]);
      return (
        earlier.find((old) => old.source === source) ?? {
          source,
          hash: Buffer.from(entry.sha256, 'hex'),
          caller: toCaller(entry),
        }
      );
    });
  }

  has(caller: Caller): boolean {
    return this.#entries.some((entry) => entry.caller === caller);
  }

  /** Takes the same time for every key, valid or not. */
  find(key: string): Caller | null {
    const hash = hashKey(key);
    let found: Caller | null = null;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.hash, hash)) found = entry.caller;
    }
    return found;
  }
}

function toCaller({ name, channels, scopes }: ApiKeyEntry): Caller {
  return {
    name,
    scopes: new Set(scopes),
    channels: channels ? new Set(channels) : null,
    expiresAt: null,
  };
}

/** @returns a new random key, and its entry for the configuration */
export function createApiKey(): { key: string; sha256: string } {
  const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
  return { key, sha256: hashKey(key).toString('hex') };
}

function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
