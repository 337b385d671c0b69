import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { isInterfaceType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { CallerSlots } from '../access/caller-slots.ts';
import { RequestCounter } from '../access/request-counter.ts';
import { startPruning } from '../audit/pruning.ts';
import type { GatewayConfig } from '../config/settings.ts';
import { ConfigError } from '../errors/config-error.ts';
import { Admission } from '../graphql/admission.ts';
import { createExecutor } from '../graphql/execution/executor.ts';
import { OperationGuard, type OperationLimits } from '../graphql/operation/operation-guard.ts';
import { TrustedDocuments } from '../graphql/operation/trusted-documents.ts';
import type { Audience } from '../http/audience.ts';
import { createOperatorsServer } from '../http/operators-server.ts';
import type { Health } from '../http/routes/health.ts';
import { createServer } from '../http/server.ts';
import { registerGauges } from '../observability/gauges.ts';
import { registerReplicaGauges } from '../observability/replica-gauges.ts';
import { StoreProbe } from '../observability/store-probe.ts';
import type { ChannelDependencies } from '../datasources/dependencies.ts';
import type { ServedProvider } from '../resolvers/provider.ts';
import { providers as knownProviders } from '../resolvers/providers.ts';
import type { Lease } from '../store/store.ts';
import { systemClock, type Clock } from '../util/clock.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { isLoopback } from '../util/loopback.ts';
import { readVersion } from '../util/version.ts';
import { createObservability, type Observability } from './observability.ts';
import { createReading, type Reading } from './reading.ts';
import { createStores, type GatewayStores } from './stores.ts';

const DAY_MS = 86_400_000;
/** An audit log in memory is lost when the process ends, so it is kept for an hour only. */
const KEEP_AUDIT_IN_MEMORY_MS = 3_600_000;

/** The gateway as a server. */
export interface Api {
  /** Not yet listening; closing it closes everything. */
  server: FastifyInstance;
  stores: GatewayStores;
  reading: Reading;
  health: Health;
  /**
   * Listens, processes the deliveries that were left before a crash, and pulls the channels whose providers drop
   * messages.
   *
   * @param port default: the configured one
   * @returns the address of the server, such as `http://127.0.0.1:4000`
   */
  start(port?: number): Promise<string>;
}

/** In place of what a gateway has: for one that nothing outside of the process notices. */
export interface Substitutes {
  connect: ChannelDependencies['connect'];
  observability: Observability;
}

/**
 * Puts the whole gateway together: stores, reading, and HTTP. Nothing runs before `start`.
 *
 * @throws ConfigError when something that the configuration names does not exist
 */
export async function createApi(
  config: GatewayConfig,
  log: Logger,
  clock: Clock = systemClock,
  providers: readonly ServedProvider[] = knownProviders,
  substitutes?: Substitutes,
): Promise<Api> {
  const surroundings = { clock, log };
  // Before anything opens that would have to be closed if they cannot be read.
  const documents = await readTrustedDocuments(config);
  const stores = await createStores(config, surroundings);
  const { metrics, telemetry, states, observer } =
    substitutes?.observability ?? (await createObservability(config, surroundings));
  const reading = await createReading(config, stores, {
    ...surroundings,
    observer,
    providers,
    connect: substitutes?.connect,
  });
  const { schema, policies, channels, accounts, authenticator, audit, live } = reading;
  registerGauges(metrics.registry, {
    accounts,
    pages: stores.pages,
    live,
    channels: [...channels.values()],
    audit,
    redis: stores.redis,
    clock,
  });
  const { limits, server: settings } = config;
  const health: Health = {
    store: new StoreProbe(stores.store.probe, clock),
    channels,
    states,
    accounts,
    isClosing: false,
  };
  registerReplicaGauges(metrics.registry, {
    version: readVersion(),
    leases: stores.store.leases,
    store: health.store,
  });
  let stopPruning = (): Promise<void> => Promise.resolve();
  const prune = async ({ signal }: Lease): Promise<void> => {
    const stop = startPruning(audit, toAuditKeepMs(config), clock, log);
    await untilAborted(signal);
    await stop();
  };
  const server = await createServer({
    schema,
    admission: new Admission(
      authenticator,
      new OperationGuard(schema, policies, toOperationLimits(limits), settings.introspection),
      documents,
      new RequestCounter(limits.requestsPerMinute, clock, stores.counts),
    ),
    executor: createExecutor(config.executor, toIsMessage(schema)),
    createContext: reading.createContext,
    exportSlots: new CallerSlots(
      limits.maxExports,
      (count) =>
        `This key has ${count} exports running and may have no more (limits.maxExports); wait until one has ended, or export several channels in one.`,
    ),
    live,
    webhooks: config.webhooks,
    stallMs: config.live.stallSeconds * 1000,
    allowedOrigins: settings.allowedOrigins,
    hasIntrospection: settings.introspection,
    hasQueriesOverGet: settings.queriesOverGet,
    hasMcp: config.mcp.enabled,
    hasCompression: settings.compression,
    maxConnections: settings.maxConnections,
    audience: toAudience(config),
    metrics,
    telemetry,
    health,
    clock,
    log,
    onClose: async () => {
      await stopPruning();
      await reading.close();
      await telemetry.close();
      await stores.close();
    },
  });
  const failIfClosing = (): void => {
    if (health.isClosing) throw new Error('The gateway was closed while it started');
  };
  return {
    server,
    stores,
    reading,
    health,
    async start(port = settings.port) {
      failIfClosing();
      await live.start();
      failIfClosing();
      stopPruning = stores.store.leases.hold('prune audit', prune);
      if (config.metrics.enabled && config.metrics.port !== undefined) {
        const { host, port: operatorsPort } = config.metrics;
        const operators = createOperatorsServer(metrics.registry, health, host);
        server.addHook('onClose', () => operators.close());
        await operators.listen({ host, port: operatorsPort });
      }
      const address = await server.listen({ host: settings.host, port });
      live.keepUp();
      return address;
    },
  };
}

/** Messages are the same objects for as long as they are in memory, and never change. */
function toIsMessage(schema: GraphQLSchema): (type: GraphQLObjectType) => boolean {
  const message = schema.getType('Message');
  return (type) => isInterfaceType(message) && schema.isSubType(message, type);
}

/** Metrics have a separate listener if the API is reachable from other machines, or if the configuration says so. */
function toAudience({ server, metrics }: GatewayConfig): Audience {
  return metrics.enabled && metrics.port === undefined && isLoopback(server.host) ? 'this machine' : 'none';
}

function toAuditKeepMs({ store, audit }: GatewayConfig): number {
  return store.location === 'memory:' ? KEEP_AUDIT_IN_MEMORY_MS : audit.keepDays * DAY_MS;
}

function toOperationLimits(limits: GatewayConfig['limits']): OperationLimits {
  return {
    maxTokens: limits.maxQueryTokens,
    maxDepth: limits.maxQueryDepth,
    maxAliases: limits.maxQueryAliases,
    maxDirectives: limits.maxQueryDirectives,
    maxItems: limits.maxQueryRows,
    maxCalls: limits.maxQueryCalls,
    maxPageSize: limits.maxPageSize,
    maxRows: limits.maxRows,
  };
}

async function readTrustedDocuments({
  trustedDocuments,
  mcp,
  directory,
}: GatewayConfig): Promise<TrustedDocuments | null> {
  if (trustedDocuments === undefined) return null;
  // They are reviewed as the operator's own are, and the program's command for agents sends them to `/graphql`.
  const own = mcp.enabled ? (await import('../mcp/documents.ts')).listDocuments() : [];
  try {
    return TrustedDocuments.read(resolve(directory, trustedDocuments), own);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError('The configuration', [
      `trustedDocuments: cannot be read as a manifest: ${problem}`,
    ]);
  }
}
