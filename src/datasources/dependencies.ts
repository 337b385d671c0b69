import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import type { Clock } from './kit/clock.ts';
import type { PageStore } from './kit/page-store.ts';
import type { Quotas } from './kit/quota.ts';

/** What a channel is given besides its configuration. */
export interface ChannelDependencies {
  clock: Clock;
  pages: PageStore;
  /** For what must never be lost; pages that can be asked for again belong in `pages`. */
  database: DatabaseSync;
  quotas: Quotas;
  log: Logger;
  /** A single call to a provider may take so long. */
  callTimeoutMs: number;
  /** Relative paths in the configuration are relative to it. */
  directory: string;
}
