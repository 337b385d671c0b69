import { createApiKey } from '../../src/access/api-keys.ts';
import type { Scope } from '../../src/access/caller.ts';

export interface TestKey {
  key: string;
  /** As it stands in the configuration. */
  entry: { name: string; sha256: string; scopes: Scope[]; channels?: string[] };
  /** Headers that carry it. */
  headers: { authorization: string };
}

export function makeKey(name: string, scopes: Scope[], channels?: string[]): TestKey {
  const { key, sha256 } = createApiKey();
  return {
    key,
    entry: { name, sha256, scopes, ...(channels && { channels }) },
    headers: { authorization: `Bearer ${key}` },
  };
}
