import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { Authenticator } from '../access/authenticator.ts';
import { CallerSlots } from '../access/caller-slots.ts';
import type { FieldPolicies } from '../access/field-policy.ts';
import { KeptIndex } from '../archive/kept-index.ts';
import { AuditLog } from '../audit/audit-log.ts';
import type { GatewayConfig } from '../config/settings.ts';
import type { ChannelDependencies } from '../datasources/dependencies.ts';
import { Accounts } from '../datasources/kit/account.ts';
import type { Background } from '../datasources/call-budget.ts';
import type { Awaitable, ChatChannel } from '../datasources/message-source.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import { noObserver, type UpstreamObserver } from '../domain/upstream-calls.ts';
import { createViews, viewFor, type WholeGateway } from '../gateway/caller-view.ts';
import { RequestContext, type CreateContext } from '../gateway/context.ts';
import { GlobalIdCodec } from '../gateway/global-id.ts';
import { ListCursors } from '../gateway/list-cursors.ts';
import { createMask } from '../gateway/mask.ts';
import { Live } from '../live/live.ts';
import type { ServedProvider } from '../resolvers/provider.ts';
import { providers as knownProviders } from '../resolvers/providers.ts';
import { CursorCodec } from '../timeline/cursor.ts';
import { Freshness } from '../timeline/freshness.ts';
import { createOwnBudget, RequestBudget } from '../timeline/request-budget.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Clock } from '../util/clock.ts';
import { Sealer } from '../util/sealing.ts';
import { archiveChannels } from './archives.ts';
import { createChannels, hideErasedIn } from './channels.ts';
import { prepareChannels } from './prepare-channels.ts';
import { servedSchema } from './served-schema.ts';
import type { GatewayStores } from './stores.ts';

/**
 * The share of a request's time that a single call to a provider may take: the remaining time is for those that wait
 * for it.
 */
const CALL_SHARE = 0.55;

/** Everything that callers can read, as it exists for each of them. */
export interface Reading {
  /** With the resolvers of masked fields wrapped. */
  schema: GraphQLSchema;
  policies: FieldPolicies;
  /** By name, in the order of the configuration. */
  channels: ReadonlyMap<string, ChatChannel>;
  /** The state of the accounts at the providers. */
  accounts: Accounts;
  authenticator: Authenticator;
  /** Every read of personal data is recorded in it before it is answered. */
  audit: AuditLog;
  /** Does nothing until it is started. */
  live: Live;
  /** The budget of a request that is not a caller's. */
  createRequestBudget(): RequestBudget;
  createContext: CreateContext;
  /** Fetches access tokens in the background, so that no request waits for them. For processes that serve. */
  prepare(): void;
  /** Aborts running work. The stores stay open. */
  close(): Promise<void>;
}

export interface ReadingOptions {
  clock: Clock;
  log: Logger;
  /** Observes every call to a provider; default: none. */
  observer?: UpstreamObserver;
  /** Opens connections to providers; default: over the network. */
  connect?: ChannelDependencies['connect'];
  /** Left out: all that the program knows. */
  providers?: readonly ServedProvider[];
}

/**
 * Puts together what reads: channels, timeline, events, audit. It calls no provider, and sets no timer, before the
 * first read or the start of `live`.
 *
 * @throws ConfigError when something that the configuration names does not exist
 */
export async function createReading(
  config: GatewayConfig,
  { store, pages, secret, erasures }: GatewayStores,
  { clock, log, observer = noObserver, connect, providers = knownProviders }: ReadingOptions,
): Promise<Reading> {
  const { quotaShares: shares } = store;
  const accounts = new Accounts(clock, shares && { shares, log });
  const erasedOf = (tenant: string): Awaitable<ErasedPeople | null> => erasures.of(tenant);
  const created = createChannels(config, providers, {
    clock,
    observer,
    pages,
    store,
    accounts,
    log,
    connect,
    erasedOf,
    callTimeoutMs: Math.ceil(config.limits.requestTimeoutMs * CALL_SHARE),
    directory: config.directory,
  });
  const shown = hideErasedIn(created, erasedOf);
  const { channels, kept } = archiveChannels(shown, config, store, { clock, log });
  const all = [...channels.values()];
  const timeline = new Timeline(all, new CursorCodec(secret), clock, log);
  const freshness = new Freshness(config.freshnessSeconds * 1000, clock);
  const createRequestBudget = (caller?: string): RequestBudget =>
    new RequestBudget(config.limits, clock, caller, freshness);
  const createOwn = (background?: Background): RequestBudget =>
    createOwnBudget(config.limits, clock, background);
  let stopPreparing = (): Promise<void> => Promise.resolve();
  const live = new Live({
    channels: all,
    kept,
    timeline,
    store: await store.openLive(config.webhooks),
    clock,
    log,
    limits: config.live,
    freshness,
    erasedOf: (channel) => {
      const tenant = channels.get(channel)?.tenant;
      return tenant === undefined ? null : erasedOf(tenant);
    },
    // Without slack: what it finds is an update to every subscriber.
    createRequestBudget: createOwn,
  });
  const { schema, policies } = servedSchema(providers);
  const authenticator = new Authenticator(config.auth ?? null, clock, log);
  const audit = await AuditLog.open(store.audit, secret, log);
  const gateway: WholeGateway = {
    createRequestBudget,
    live: live.feed,
    channels,
    timeline,
    archives: new KeptIndex(() => store.archiveIndex()),
    ids: new GlobalIdCodec(new Sealer(secret, 'global ids')),
    listCursors: new ListCursors(new Sealer(secret, 'list cursors')),
    pageSizes: config.limits,
    rowSizes: { defaultPageSize: config.limits.defaultRows, maxPageSize: config.limits.maxRows },
    typeNames: new Map(providers.map(({ provider, typeNames }) => [provider, typeNames])),
    mask: createMask(secret),
  };
  const slots = new CallerSlots(
    config.limits.maxSubscriptions,
    (count) =>
      `This key has ${count} subscriptions open and may have no more; end one, or follow several channels in one.`,
  );
  const options = { gateway, authenticator, audit, clock, slots, policies };
  const viewOf = createViews(options);
  return {
    schema,
    policies,
    channels,
    accounts,
    authenticator,
    audit,
    live,
    createRequestBudget,
    createContext: (caller, recordRead) =>
      new RequestContext(recordRead ? viewFor(caller, options, recordRead) : viewOf(caller), caller),
    prepare() {
      stopPreparing = prepareChannels(all, () => createOwn(), log);
    },
    async close() {
      await stopPreparing();
      await live.close();
      await Promise.all(all.map((channel) => channel.close()));
      await accounts.close();
      await audit.close();
    },
  };
}
