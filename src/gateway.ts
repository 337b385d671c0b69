import type { Logger } from 'pino';
import { ConfigError, type GatewayConfig } from './config.ts';
import type { ChannelDependencies } from './datasources/dependencies.ts';
import { systemClock, type Clock } from './datasources/kit/clock.ts';
import { PageStore } from './datasources/kit/page-store.ts';
import { Quotas } from './datasources/kit/quota.ts';
import type { ChatChannel } from './datasources/message-source.ts';
import { createChannel } from './datasources/registry.ts';
import { Live } from './live/live.ts';
import type { Gateway } from './resolvers/context.ts';
import { GlobalIdCodec } from './resolvers/global-id.ts';
import { Sealer } from './sealing.ts';
import { loadOrMakeSecret, openStores, type Stores } from './store/stores.ts';
import { CursorCodec } from './timeline/cursor.ts';
import { RequestScope } from './timeline/request-scope.ts';
import { Timeline } from './timeline/timeline.ts';

/** Of the request's time, what a single call to a provider may take: the rest is for those that wait for it. */
const CALL_SHARE = 0.55;

export interface OpenGateway extends Gateway {
  clock: Clock;
  /** How long a subscriber may take nothing. */
  stallMs: number;
  close(): Promise<void>;
}

/**
 * Puts the gateway together: stores, channels, timeline.
 *
 * @throws ConfigError when something that the configuration names is not there
 */
export function openGateway(config: GatewayConfig, log: Logger, clock: Clock = systemClock): OpenGateway {
  const stores = openConfiguredStores(config);
  const secret = config.secret ?? loadOrMakeSecret(stores.database);
  const dependencies = {
    clock,
    pages: new PageStore(stores.pages, clock, (error) => {
      log.warn({ err: error }, 'The page store failed; providers are asked instead');
    }),
    database: stores.database,
    quotas: new Quotas(clock),
    log,
    callTimeoutMs: Math.ceil(config.limits.requestTimeoutMs * CALL_SHARE),
    directory: config.directory,
  };
  const channels = createChannels(config, dependencies);
  const all = channels.map(([, channel]) => channel);
  const timeline = new Timeline(all, new CursorCodec(new Sealer(secret, 'timeline cursors')), clock, log);
  const createScope = (): RequestScope => new RequestScope(config.limits, clock);
  const live = new Live({
    channels: all,
    timeline,
    database: stores.database,
    clock,
    log,
    limits: config.live,
    createScope,
  });
  return {
    clock,
    stallMs: config.live.stallSeconds * 1000,
    createScope,
    live,
    channels: new Map(channels),
    timeline,
    ids: new GlobalIdCodec(new Sealer(secret, 'global ids')),
    listCursors: new Sealer(secret, 'list cursors'),
    pageSizes: config.limits,
    async close() {
      await live.close();
      await Promise.all(all.map((channel) => channel.close()));
      stores.close();
    },
  };
}

function createChannels(config: GatewayConfig, dependencies: ChannelDependencies): [string, ChatChannel][] {
  const problems: string[] = [];
  const channels = config.channels.flatMap((entry): [string, ChatChannel][] => {
    try {
      return [[entry.name, createChannel(entry, dependencies)]];
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  if (problems.length > 0) throw new ConfigError('The configuration', problems);
  return channels;
}

function openConfiguredStores({ store, directory }: GatewayConfig): Stores {
  try {
    return openStores(store, directory);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError('The configuration', [`store: ${store} cannot be opened: ${problem}`]);
  }
}
