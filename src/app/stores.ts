import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/settings.ts';
import { PageStore } from '../datasources/kit/page-store.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StoreError } from '../errors/store-error.ts';
import { loadOrMakeSecret, openStores, type Stores } from '../store/open-store.ts';
import type { Database } from '../store/sqlite/database.ts';
import type { Clock } from '../util/clock.ts';

/** The gateway's databases. */
export interface GatewayStores {
  /** What must never be lost. */
  database: Database;
  /** Cached pages of history, which the gateway can fetch again. */
  pages: PageStore;
  /** Seals cursors and ids. */
  secret: Buffer;
  close(): void;
}

/**
 * Opens the stores that the configuration names.
 *
 * @param maxInMemory how many messages of pages are cached in memory; default: what suits a server
 * @throws ConfigError when a store cannot be opened
 */
export function createStores(
  config: GatewayConfig,
  { clock, log }: { clock: Clock; log: Logger },
  maxInMemory?: number,
): GatewayStores {
  const stores = open(config, { clock, log });
  const onPagesError = (error: unknown): void => {
    log.warn({ err: error }, 'The page store failed; the gateway calls the providers instead');
  };
  return {
    database: stores.database,
    pages: new PageStore(stores.pages, clock, onPagesError, maxInMemory),
    secret: config.secret ?? loadOrMakeSecret(stores.database),
    close: () => {
      stores.close();
    },
  };
}

function open({ store, directory }: GatewayConfig, surroundings: { clock: Clock; log: Logger }): Stores {
  try {
    return openStores(store.location, directory, store.encryptionKey ?? null, surroundings);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The configuration', [`store: ${error.message}`]);
  }
}
