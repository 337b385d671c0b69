import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { Authenticator } from '../access/authenticator.ts';
import type { Caller } from '../access/caller.ts';
import { CallerSlots } from '../access/caller-slots.ts';
import type { FieldPolicies } from '../access/field-policy.ts';
import { AuditLog } from '../audit/audit-log.ts';
import type { GatewayConfig } from '../config/settings.ts';
import { Accounts } from '../datasources/kit/account.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { silentObserver, type UpstreamObserver } from '../domain/upstream-calls.ts';
import { viewFor, type WholeGateway } from '../gateway/caller-view.ts';
import { RequestContext, type GatewayContext } from '../gateway/context.ts';
import { GlobalIdCodec } from '../gateway/global-id.ts';
import { createMask } from '../gateway/mask.ts';
import { Live } from '../live/live.ts';
import { EventLog } from '../store/event-log.ts';
import { Inbox } from '../store/inbox.ts';
import { CursorCodec } from '../timeline/cursor.ts';
import { RequestBudget } from '../timeline/request-budget.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Clock } from '../util/clock.ts';
import { Sealer } from '../util/sealing.ts';
import { createChannels } from './channels.ts';
import { servedSchema } from './served-schema.ts';
import type { GatewayStores } from './stores.ts';

/** Of the request's time, what a single call to a provider may take: the rest is for those that wait for it. */
const CALL_SHARE = 0.55;
/** Work that no request asks for takes turns with the callers as one of them. */
const OWN_CALLER = 'gateway';

/** All that callers can read, each as far as it exists for it. */
export interface Reading {
  /** With the fields masked that callers may see only so. */
  schema: GraphQLSchema;
  policies: FieldPolicies;
  /** By name, in the order of the configuration. */
  channels: ReadonlyMap<string, ChatChannel>;
  /** How the accounts at the providers stand. */
  accounts: Accounts;
  authenticator: Authenticator;
  /** Every read of what tells of people is recorded in it before it is answered. */
  audit: AuditLog;
  /** Does nothing of itself before it is started. */
  live: Live;
  /** What one request may use that is not a caller's. */
  createRequestBudget(): RequestBudget;
  /** What the resolvers of one request of this caller are given. */
  createContext(caller: Caller): GatewayContext;
  /** Ends what is under way. The stores stay open. */
  close(): Promise<void>;
}

/**
 * Puts together what reads: channels, timeline, events, audit. Nothing is asked of a provider, and no timer runs, before
 * somebody reads or `live` is started.
 *
 * @param observer told of every call to a provider; left out: no one is
 * @throws ConfigError when something that the configuration names is not there
 */
export function createReading(
  config: GatewayConfig,
  { database, pages, secret }: GatewayStores,
  { clock, log, observer = silentObserver }: { clock: Clock; log: Logger; observer?: UpstreamObserver },
): Reading {
  const accounts = new Accounts(clock);
  const channels = createChannels(config, {
    clock,
    observer,
    pages,
    database,
    accounts,
    log,
    callTimeoutMs: Math.ceil(config.limits.requestTimeoutMs * CALL_SHARE),
    directory: config.directory,
  });
  const all = [...channels.values()];
  const timeline = new Timeline(all, new CursorCodec(new Sealer(secret, 'timeline cursors')), clock, log);
  const createRequestBudget = (caller?: string): RequestBudget =>
    new RequestBudget(config.limits, clock, caller);
  const live = new Live({
    channels: all,
    timeline,
    database,
    events: EventLog.open(database),
    inbox: new Inbox(database, config.webhooks),
    clock,
    log,
    limits: config.live,
    createRequestBudget: () => createRequestBudget(OWN_CALLER),
  });
  const { schema, policies } = servedSchema();
  const authenticator = new Authenticator(config.auth ?? null, clock, log);
  const audit = AuditLog.open(database, secret, log);
  const gateway: WholeGateway = {
    createRequestBudget,
    live,
    channels,
    timeline,
    ids: new GlobalIdCodec(new Sealer(secret, 'global ids')),
    listCursors: new Sealer(secret, 'list cursors'),
    pageSizes: config.limits,
    rowSizes: { defaultPageSize: config.limits.defaultRows, maxPageSize: config.limits.maxRows },
    mask: createMask(secret),
  };
  const slots = new CallerSlots(
    config.limits.maxSubscriptions,
    (count) =>
      `This key has ${count} subscriptions open and may have no more; end one, or follow several channels in one.`,
  );
  const view = { gateway, authenticator, audit, clock, slots, policies };
  return {
    schema,
    policies,
    channels,
    accounts,
    authenticator,
    audit,
    live,
    createRequestBudget,
    createContext: (caller) => new RequestContext(viewFor(caller, view), caller),
    async close() {
      await live.close();
      await Promise.all(all.map((channel) => channel.close()));
      await audit.close();
    },
  };
}
