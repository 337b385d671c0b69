import type { Logger } from 'pino';
import { Erasures } from '../compliance/erasures.ts';
import type { GatewayConfig } from '../config/settings.ts';
import { PageStore } from '../datasources/kit/page-store.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StoreError } from '../errors/store-error.ts';
import { isPostgres } from '../store/location.ts';
import { openForReading, openStores, type Stores } from '../store/open-store.ts';
import type { RedisParts } from '../store/redis/open.ts';
import type { RedisState, SharedCounts, Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

/** What the gateway keeps. */
export interface GatewayStores {
  /** What must never be lost. */
  store: Store;
  /** Cached pages of history, which the gateway can fetch again. */
  pages: PageStore;
  /** Seals cursors and ids. */
  secret: Buffer;
  /** Whom it must not show. */
  erasures: Erasures;
  /** Counts the requests of callers over all gateways; null: there are no others, or each counts its own. */
  counts: SharedCounts | null;
  /** Null: the configuration names none. */
  redis: RedisState | null;
  /** Deletes all cached pages, in the store and in Redis. */
  clearPages(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the stores that the configuration names.
 *
 * @param maxInMemory how many messages of pages are cached in memory; default: what suits a server
 * @throws ConfigError when a store cannot be opened, or would be shared without a secret
 */
export async function createStores(
  config: GatewayConfig,
  { clock, log }: { clock: Clock; log: Logger },
  maxInMemory?: number,
): Promise<GatewayStores> {
  const stores = await open(config, { clock, log });
  const onPagesError = (error: unknown): void => {
    log.warn({ err: error }, 'The page store failed; the gateway calls the providers instead');
  };
  const { store, pages } = stores;
  try {
    const secret = await toSecret(config, store);
    const redis = await connectRedis(config, secret, stores, { clock, log });
    if (redis) stores.useBell?.(redis.bell);
    const erasures = await openErasures(store, secret, clock);
    return {
      store,
      pages: new PageStore(redis?.pages ?? pages, clock, onPagesError, {
        maxInMemory,
        fetches: redis?.fetches,
        mayStore: () => erasures.isSurelyEmpty(),
      }),
      secret,
      erasures,
      counts: redis?.counts ?? null,
      redis: redis?.state ?? null,
      clearPages: async () => {
        await (redis?.pages ?? pages)?.clear();
      },
      close: () => {
        redis?.close();
        return stores.close();
      },
    };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/**
 * Opens the store alone, and changes nothing in it: no page is cached.
 *
 * @throws ConfigError as `createStores`, and when there is none or a migration is missing
 */
export async function openStoresForReading(
  config: GatewayConfig,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<GatewayStores> {
  const { location, encryptionKey = null } = config.store;
  const store = await openForReading(location, config.directory, encryptionKey, { clock, log });
  try {
    const secret = config.secret ?? (await store.settings.secret());
    if (secret === null)
      throw new ConfigError('The configuration', ['secret: the store has none yet: start the gateway once']);
    return {
      store,
      pages: new PageStore(null, clock, () => undefined),
      secret,
      erasures: await openErasures(store, secret, clock),
      counts: null,
      redis: null,
      clearPages: () => Promise.reject(new Error('A store that is only read has no pages')),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** @throws ConfigError when they cannot be read with this secret */
async function openErasures({ compliance }: Store, secret: Buffer, clock: Clock): Promise<Erasures> {
  const erasures = new Erasures(compliance, secret, clock);
  try {
    await erasures.check();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The configuration', [`secret: ${error.message}`]);
  }
  return erasures;
}

async function open(
  { store, directory }: GatewayConfig,
  surroundings: { clock: Clock; log: Logger },
): Promise<Stores> {
  try {
    return await openStores(store.location, directory, store.encryptionKey ?? null, surroundings);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The configuration', [`store: ${error.message}`]);
  }
}

/** With its client, which programs without Redis never load. */
async function connectRedis(
  { redis: url, limits: { requestsPerMinute } }: GatewayConfig,
  secret: Buffer,
  { store: { settings }, pages }: Stores,
  surroundings: { clock: Clock; log: Logger },
): Promise<RedisParts | null> {
  if (url === undefined || pages === null) return null;
  const { openRedis } = await import('../store/redis/open.ts');
  return openRedis({ url, secret, requestsPerMinute, pages, settings }, surroundings);
}

/**
 * A server's administrators are often others than the gateway's operators, so no secret is made there: it comes from the
 * configuration, or with a store that was copied.
 */
async function toSecret(
  { secret, store: { location } }: GatewayConfig,
  { settings }: Store,
): Promise<Buffer> {
  if (secret !== undefined) return secret;
  if (!isPostgres(location)) return settings.secretOrNew();
  const kept = await settings.secret();
  if (kept !== null) return kept;
  throw new ConfigError('The configuration', [
    'secret: must be set with a store in PostgreSQL, the same for all gateways on it; make one with: openssl rand -base64 32',
  ]);
}
