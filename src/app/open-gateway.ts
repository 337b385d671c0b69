import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { resolve } from 'node:path';
import { Authenticator } from '../access/authenticator.ts';
import type { Caller } from '../access/caller.ts';
import { CallerSlots } from '../access/caller-slots.ts';
import { readFieldPolicies } from '../graphql/field-policy.ts';
import { viewFor, type WholeGateway } from '../gateway/caller-view.ts';
import { createMask, maskFields } from '../graphql/masking.ts';
import { RequestCounter } from '../access/request-counter.ts';
import { Admission } from '../graphql/admission.ts';
import { AuditLog } from '../audit/audit-log.ts';
import { startPruning } from '../audit/pruning.ts';
import { ConfigError } from '../errors/config-error.ts';
import { isLoopback, type GatewayConfig } from '../config/settings.ts';
import type { ChannelDependencies } from '../datasources/dependencies.ts';
import { Accounts } from '../datasources/kit/account.ts';
import { systemClock, type Clock } from '../util/clock.ts';
import { observeAll, type UpstreamAccounts } from '../datasources/kit/observer.ts';
import { PageStore } from '../datasources/kit/page-store.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { createChannel } from '../datasources/registry.ts';
import { Live } from '../live/live.ts';
import { registerGauges } from '../observability/gauges.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import type { Audience } from '../http/audience.ts';
import { ChannelStates } from '../observability/channel-states.ts';
import type { Health } from '../http/routes/health.ts';
import { StoreProbe } from '../observability/store-probe.ts';
import { OperationGuard, type OperationLimits } from '../graphql/operation/operation-guard.ts';
import { TrustedDocuments } from '../graphql/operation/trusted-documents.ts';
import { RequestContext, type GatewayContext } from '../gateway/context.ts';
import { GlobalIdCodec } from '../gateway/global-id.ts';
import { createSchema } from '../schema/load.ts';
import { Sealer } from '../util/sealing.ts';
import { StoreError } from '../errors/store-error.ts';
import { loadOrMakeSecret, openStores, type Stores } from '../store/stores.ts';
import { createTelemetry, type Telemetry } from '../observability/telemetry.ts';
import { CursorCodec } from '../timeline/cursor.ts';
import { RequestBudget } from '../timeline/request-budget.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { WebhookLimits } from '../http/routes/webhooks.ts';

/** Of the request's time, what a single call to a provider may take: the rest is for those that wait for it. */
const CALL_SHARE = 0.55;
/** Work that no request asks for takes turns with the callers as one of them. */
const OWN_CALLER = 'gateway';

const DAY_MS = 86_400_000;
/** What is gone when the process ends proves nothing for long. */
const KEEP_AUDIT_IN_MEMORY_MS = 3_600_000;

export interface OpenGateway extends WholeGateway {
  clock: Clock;
  schema: GraphQLSchema;
  admission: Admission;
  live: Live;
  webhooks: WebhookLimits;
  /** What the resolvers of one request of this caller are given. */
  createContext: (caller: Caller) => GatewayContext;
  /** Every read of what tells of people is recorded in it before it is answered. */
  audit: AuditLog;
  metrics: Metrics;
  telemetry: Telemetry;
  health: Health;
  /** Who may see metrics on the API's own port. */
  audience: Audience;
  /** For exports over HTTP. */
  exportSlots: CallerSlots;
  /** How long a subscriber may take nothing. */
  stallMs: number;
  /** Of web pages, besides the gateway's own. */
  allowedOrigins: string[];
  /** How the accounts at the providers stand. */
  accounts: UpstreamAccounts;
  /** Whether callers may ask for the schema in GraphQL. */
  hasIntrospection: boolean;
  /** Whether queries may come in a URL. */
  hasQueriesOverGet: boolean;
  /** Of all callers together; further ones are not accepted. */
  maxConnections: number;
  close(): Promise<void>;
}

/**
 * Puts the gateway together: stores, channels, timeline.
 *
 * @param maxInMemory how many messages of pages are kept in memory; left out: what suits a server
 * @throws ConfigError when something that the configuration names is not there
 */
export async function openGateway(
  config: GatewayConfig,
  log: Logger,
  clock: Clock = systemClock,
  maxInMemory?: number,
): Promise<OpenGateway> {
  const stores = openConfiguredStores(config, { clock, log });
  const secret = config.secret ?? loadOrMakeSecret(stores.database);
  const accounts = new Accounts(clock);
  const metrics = createMetrics();
  const telemetry = await createTelemetry(config.telemetry, process.env, log);
  const states = new ChannelStates(clock);
  const audit = new AuditLog(stores.database, secret, log);
  const keepAuditMs =
    config.store.location === 'memory:' ? KEEP_AUDIT_IN_MEMORY_MS : config.audit.keepDays * DAY_MS;
  const stopPruning = startPruning(audit, keepAuditMs, clock, log);
  const dependencies = {
    clock,
    observer: observeAll([metrics.upstream, telemetry.upstream, states]),
    pages: new PageStore(
      stores.pages,
      clock,
      (error) => {
        log.warn({ err: error }, 'The page store failed; providers are asked instead');
      },
      maxInMemory,
    ),
    database: stores.database,
    accounts,
    log,
    callTimeoutMs: Math.ceil(config.limits.requestTimeoutMs * CALL_SHARE),
    directory: config.directory,
  };
  const channels = createChannels(config, dependencies);
  const all = channels.map(([, channel]) => channel);
  const timeline = new Timeline(all, new CursorCodec(new Sealer(secret, 'timeline cursors')), clock, log);
  const live = new Live({
    channels: all,
    timeline,
    database: stores.database,
    clock,
    log,
    limits: config.live,
    inbox: config.webhooks,
    createRequestBudget: () => new RequestBudget(config.limits, clock, OWN_CALLER),
  });
  const schema = createSchema();
  const policies = readFieldPolicies(schema);
  maskFields(schema, policies);
  const authenticator = new Authenticator(config.auth ?? null, clock, log);
  const slots = new CallerSlots(
    config.limits.maxSubscriptions,
    (count) =>
      `This key has ${count} subscriptions open and may have no more; end one, or follow several channels in one.`,
  );
  registerGauges(metrics.registry, {
    accounts,
    pages: dependencies.pages,
    live,
    channels: all,
    audit,
    clock,
  });
  const byName = new Map(channels);
  const gateway: WholeGateway = {
    createRequestBudget: (caller) => new RequestBudget(config.limits, clock, caller),
    live,
    channels: byName,
    timeline,
    ids: new GlobalIdCodec(new Sealer(secret, 'global ids')),
    listCursors: new Sealer(secret, 'list cursors'),
    pageSizes: config.limits,
    rowSizes: { defaultPageSize: config.limits.defaultRows, maxPageSize: config.limits.maxRows },
    mask: createMask(secret),
  };
  const view = { gateway, authenticator, audit, clock, slots, policies };
  return {
    ...gateway,
    live,
    webhooks: config.webhooks,
    clock,
    schema,
    accounts,
    audit,
    metrics,
    telemetry,
    health: {
      store: new StoreProbe(stores.database, clock),
      channels: byName,
      states,
      accounts,
      isClosing: false,
    },
    audience: toAudience(config),
    admission: new Admission(
      authenticator,
      new OperationGuard(schema, policies, toOperationLimits(config.limits), config.server.introspection),
      readTrustedDocuments(config),
      new RequestCounter(config.limits.requestsPerMinute, clock),
    ),
    exportSlots: new CallerSlots(
      config.limits.maxExports,
      (count) =>
        `This key has ${count} exports under way and may have no more (limits.maxExports); wait until one has ended, or export several channels in one.`,
    ),
    stallMs: config.live.stallSeconds * 1000,
    allowedOrigins: config.server.allowedOrigins,
    hasIntrospection: config.server.introspection,
    hasQueriesOverGet: config.server.queriesOverGet,
    maxConnections: config.server.maxConnections,
    createContext: (caller) => new RequestContext(viewFor(caller, view), caller),
    async close() {
      await live.close();
      await Promise.all(all.map((channel) => channel.close()));
      stopPruning();
      await audit.close();
      await telemetry.close();
      stores.close();
    },
  };
}

/** Metrics have a listener of their own where the API's is not for this machine only, or where the configuration says so. */
function toAudience({ server, metrics }: GatewayConfig): Audience {
  return metrics.enabled && metrics.port === undefined && isLoopback(server.host) ? 'this machine' : 'none';
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

function readTrustedDocuments({ trustedDocuments, directory }: GatewayConfig): TrustedDocuments | null {
  if (trustedDocuments === undefined) return null;
  try {
    return TrustedDocuments.read(resolve(directory, trustedDocuments));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError('The configuration', [
      `trustedDocuments: cannot be read as a manifest: ${problem}`,
    ]);
  }
}

function openConfiguredStores(
  { store, directory }: GatewayConfig,
  surroundings: { clock: Clock; log: Logger },
): Stores {
  try {
    return openStores(store.location, directory, store.encryptionKey ?? null, surroundings);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The configuration', [`store: ${error.message}`]);
  }
}
