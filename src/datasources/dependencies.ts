import type { Logger } from 'pino';
import type { buildConnector } from 'undici';
import type { Accounts } from './kit/account.ts';
import type { ProviderStores } from '../store/store.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import type { Awaitable } from './message-source.ts';
import type { Clock } from '../util/clock.ts';
import type { UpstreamObserver } from '../domain/upstream-calls.ts';
import type { PageStore } from './kit/page-store.ts';

/** What a channel gets besides its configuration. */
export interface ChannelDependencies {
  clock: Clock;
  pages: PageStore;
  /** For what must never be lost; cached pages belong in `pages`. */
  store: ProviderStores;
  accounts: Accounts;
  log: Logger;
  /** Observes every call to a provider. Default: none. */
  observer?: UpstreamObserver;
  /** Timeout of a single call to a provider. */
  callTimeoutMs: number;
  /** What is not to be kept of a `ChatChannel.tenant`; null: nothing is erased. Left out: the same. */
  erasedOf?: ((tenant: string) => Awaitable<ErasedPeople | null>) | undefined;
  /** Opens connections to providers. Default: over the network. */
  connect?: buildConnector.connector | undefined;
  /** Relative paths in the configuration are relative to it. */
  directory: string;
}
