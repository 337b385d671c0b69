import type { Logger } from 'pino';
import type { Accounts } from './kit/account.ts';
import type { Database } from '../store/sqlite/database.ts';
import type { Clock } from '../util/clock.ts';
import type { UpstreamObserver } from '../domain/upstream-calls.ts';
import type { PageStore } from './kit/page-store.ts';

/** What a channel is given besides its configuration. */
export interface ChannelDependencies {
  clock: Clock;
  pages: PageStore;
  /** For what must never be lost; pages that can be asked for again belong in `pages`. */
  database: Database;
  accounts: Accounts;
  log: Logger;
  /** Told of every call to a provider. Left out: nobody is. */
  observer?: UpstreamObserver;
  /** A single call to a provider may take so long. */
  callTimeoutMs: number;
  /** Relative paths in the configuration are relative to it. */
  directory: string;
}
