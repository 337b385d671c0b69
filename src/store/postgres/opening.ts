import type { Vault } from '../vault.ts';
import type { Migration } from './migrations/index.ts';

/** What a store is opened with. */
export interface Opening {
  /** How messages name the store. */
  store: string;
  vault: Vault;
  /** Whether there is an encryption key. */
  hasKey: boolean;
  migrations: readonly Migration[];
}
