import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { isPostgres } from './location.ts';
import { readFileVersion } from './sqlite/database.ts';
import { STORE_MIGRATIONS } from './sqlite/migrations.ts';

/** How many migrations a store has run, and how many this program knows. */
export interface StoreVersion {
  /** 0: there is no store yet. */
  found: number;
  known: number;
}

/**
 * Changes nothing.
 *
 * @param directory base of a relative path
 * @throws StoreError when the store cannot be opened, or not with this key, or this program is too old for it
 */
export async function readStoreVersion(
  location: string,
  directory: string,
  encryptionKey: KeyObject | null,
  log: Logger,
): Promise<StoreVersion> {
  if (isPostgres(location)) {
    const { readPostgresVersion } = await import('./postgres/open.ts');
    return readPostgresVersion(location, encryptionKey, log);
  }
  const file = resolve(directory, location.slice('sqlite:'.length));
  const found = existsSync(file) ? readFileVersion(file, encryptionKey) : 0;
  return { found, known: STORE_MIGRATIONS.length };
}
