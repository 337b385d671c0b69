import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/read-config.ts';
import type { GatewayConfig } from '../../src/config/settings.ts';
import type { Clock } from '../../src/util/clock.ts';
import { createApi } from '../../src/app/api.ts';
import type { Reading } from '../../src/app/reading.ts';
import type { GatewayStores } from '../../src/app/stores.ts';
import type { ServedProvider } from '../../src/resolvers/provider.ts';
import { providers as knownProviders } from '../../src/resolvers/providers.ts';
import type { Health } from '../../src/http/routes/health.ts';
import { startSandboxes, type Sandboxes, type SandboxOptions } from '../../src/sandbox/start.ts';
import type { StoreConfig } from './store-config.ts';
import { createStoreSettings } from './test-store.ts';
import { TickingClock } from './ticking-clock.ts';

/** `EXECUTOR=graphql-js` runs the tests with the other executor. */
const EXECUTOR = process.env['EXECUTOR'] ?? 'planned';

export interface GraphQLResult {
  status: number;
  data: Record<string, unknown> | null;
  errors: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

/** The whole gateway over the four played providers, asked over real HTTP. */
export interface GatewayWorld {
  sandbox: Sandboxes;
  url: string;
  gateway: Reading;
  health: Health;
  stores: GatewayStores;
  server: FastifyInstance;
  query(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphQLResult>;
  /** A new process would find the same store and configuration. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<SandboxOptions> {
  /** Left out: real time, which does not run away from the gateway on a machine that is busy with other things. */
  clock?: Clock;
  /** As in the configuration, of an embedded store; `npm run test:postgres` has another one instead. */
  store?: StoreConfig;
  /** The test is about that very store. */
  isEmbedded?: boolean;
  limits?: Record<string, number>;
  live?: Record<string, number>;
  /** The section of the configuration, or what it is made of. */
  auth?: Record<string, unknown>;
  channels?: (sandbox: Sandboxes) => Record<string, unknown>[];
  /** More of the configuration. */
  settings?: Record<string, unknown>;
  log?: Logger;
  /** Left out: those that the program knows. */
  providers?: readonly ServedProvider[];
}

export async function createGatewayWorld(options: WorldOptions = {}): Promise<GatewayWorld> {
  const {
    clock = new TickingClock(),
    store,
    isEmbedded = false,
    limits = {},
    live = {},
    auth,
    channels = (all: Sandboxes) => all.channels,
    settings = {},
    log = pino({ enabled: false }),
    providers = knownProviders,
    ...rest
  } = options;
  const sandbox = await startSandboxes({ seed: 1, now: () => clock.now(), ...rest });
  const config = parseConfig(
    stringify({
      ...(isEmbedded ? { store } : await createStoreSettings(store)),
      freshnessSeconds: 0,
      secret: randomBytes(32).toString('base64'),
      limits,
      live,
      ...(auth && { auth }),
      executor: EXECUTOR,
      ...settings,
      channels: channels(sandbox),
    }),
    { source: 'a test', directory: process.cwd(), environment: {}, providers },
  );
  let { server, url, gateway, health, stores } = await serve(config, clock, log, providers);
  return {
    sandbox,
    get url() {
      return url;
    },
    get gateway() {
      return gateway;
    },
    get stores() {
      return stores;
    },
    get health() {
      return health;
    },
    get server() {
      return server;
    },
    query: (query, variables = {}, headers = {}) => ask(url, query, variables, headers),
    restart: async () => {
      await server.close();
      ({ server, url, gateway, health, stores } = await serve(config, clock, log, providers));
    },
    close: async () => {
      await server.close();
      await sandbox.close();
      if (clock instanceof TickingClock && clock !== options.clock) clock.stop();
    },
  };
}

async function serve(
  config: GatewayConfig,
  clock: Clock,
  log: Logger,
  providers: readonly ServedProvider[],
): Promise<Pick<GatewayWorld, 'server' | 'stores' | 'url' | 'gateway' | 'health'>> {
  const { server, stores, reading, health } = await createApi(config, log, clock, providers);
  // Not `start`: tests say themselves when channels are pulled.
  await reading.live.start();
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, url: `${address}/graphql`, gateway: reading, health, stores };
}

export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<GraphQLResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as Partial<GraphQLResult>;
  return { status: response.status, data, errors };
}
