import { requireScope } from '../access/caller.ts';
import type { Mask } from '../gateway/mask.ts';
import { readRecorded } from '../gateway/read-recorder.ts';
import type { CallBudget } from '../datasources/message-source.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { isChannelOf } from '../datasources/provider.ts';
import {
  weChatModule,
  type CustomerServiceSessionRecord,
  type WeChatChannelRecord,
} from '../datasources/wechat/index.ts';
import { RequestError } from '../errors/request-error.ts';
import type {
  CustomerServiceAccountResolvers,
  CustomerServiceSessionResolvers,
  Resolvers,
  WeChatChannelResolvers,
} from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { toListPage, type ListArguments, type ListPage } from './list-page.ts';
import { messageFields } from './message.ts';
import type { ServedProvider } from './provider.ts';

const WeChatChannel: WeChatChannelResolvers = {
  ...channelFields,
  customerServiceAccounts: async (channel, _, context) => {
    const accounts = await askRecorded('WeChatChannel.customerServiceAccounts', channel, context, (budget) =>
      channel.customerServiceAccounts(budget),
    );
    return accounts.map((account) => ({ channel, ...account }));
  },
  sessions: (channel, args, context) => readSessions('WeChatChannel.sessions', [channel], args, context),
  waitingCustomers: async (channel, _, context) => {
    const waiting = await askRecorded('WeChatChannel.waitingCustomers', channel, context, (budget) =>
      channel.waitingCustomers(budget),
    );
    return waiting.map(({ openId, waitingSince }) => ({
      customer: toCustomer(channel, openId),
      waitingSince,
    }));
  },
};

const CustomerServiceAccount: CustomerServiceAccountResolvers = {
  state: async ({ channel, account }, _, { requestBudget }) => {
    const { state } = await requestBudget.ask(channel, (budget) => channel.agent(account, budget));
    return state;
  },
  sessions: async ({ channel, account }, _, context) => {
    const sessions = await askRecorded(
      'CustomerServiceAccount.sessions',
      channel,
      context,
      async (budget) => (await channel.agent(account, budget)).sessions,
    );
    return sessions.map((session) => ({ channel, ...session }));
  },
};

const CustomerServiceSession: CustomerServiceSessionResolvers = {
  customer: ({ channel, openId }) => toCustomer(channel, openId),
  conversation: ({ channel, openId }) => channel.conversationWith(openId),
};

export const weChat: ServedProvider = {
  ...weChatModule,
  resolvers: {
    Query: { customerServiceSessions: (_, args, context) => readCustomerServiceSessions(args, context) },
    WeChatMessage: { ...messageFields },
    WeChatChannel,
    CustomerServiceAccount,
    CustomerServiceSession,
  } satisfies Resolvers,
};

interface SessionsArguments extends ListArguments {
  channel?: string | null;
  account?: string | null;
}

/**
 * @throws RequestError `BAD_USER_INPUT` when the named channel is not a WeChat channel; see `findSessions` for
 * accounts
 */
function readCustomerServiceSessions(
  args: SessionsArguments,
  context: GatewayContext,
): Promise<ListPage<CustomerServiceSessionRecord>> {
  const channels = [...context.gateway.channels.values()].filter((channel) =>
    isChannelOf(weChatModule, channel),
  );
  const field = 'Query.customerServiceSessions';
  if (!args.channel) return readSessions(field, channels, args, context);
  const channel = channels.find(({ name }) => name === args.channel);
  if (channel) return readSessions(field, [channel], args, context);
  throw new RequestError(
    'BAD_USER_INPUT',
    `There is no WeChat channel ${JSON.stringify(args.channel)}; query "channels(providers: WECHAT)" for their names.`,
  );
}

async function readSessions(
  field: string,
  channels: WeChatChannelRecord[],
  { account, ...paging }: SessionsArguments,
  context: GatewayContext,
): Promise<ListPage<CustomerServiceSessionRecord>> {
  const { pageSizes, listCursors, recordRead, mask } = context.gateway;
  const sessions = await readRecorded(
    recordRead,
    { field, channels: channels.map(({ name }) => name) },
    () => (account ? findSessions(channels, account, context) : findAllSessions(channels, context)),
    ({ length }) => length,
  );
  const list = JSON.stringify(['sessions by start', channels.map(({ name }) => name), account ?? null]);
  return toListPage(list, sessions, (session) => keyOf(session, mask), paging, {
    pageSizes,
    cursors: listCursors,
  });
}

async function findAllSessions(
  channels: readonly WeChatChannelRecord[],
  { requestBudget }: GatewayContext,
): Promise<CustomerServiceSessionRecord[]> {
  const found = await Promise.all(
    channels.map(async (channel) => {
      const sessions = await requestBudget.ask(channel, (budget) => channel.allSessions(budget));
      return sessions.map((session): CustomerServiceSessionRecord => ({ channel, ...session }));
    }),
  );
  return found.flat();
}

/**
 * The sessions of one agent, in the channels that have an agent of that name.
 *
 * @throws RequestError `FORBIDDEN` for a caller that may not see agents, and so may not probe for their names either;
 * `BAD_USER_INPUT` when no channel has that agent, or only one that cannot serve
 */
async function findSessions(
  channels: readonly WeChatChannelRecord[],
  account: string,
  { caller, requestBudget }: GatewayContext,
): Promise<CustomerServiceSessionRecord[]> {
  requireScope(caller, 'participants:read', 'Finding sessions by "account"');
  const agents = await Promise.all(
    channels.map(async (channel) => {
      const agent = await requestBudget.ask(channel, (budget) => channel.agent(account, budget));
      return { channel, ...agent };
    }),
  );
  const active = agents.filter(({ state }) => state === 'ACTIVE');
  if (active.length > 0) {
    return active.flatMap(({ channel, sessions }) => sessions.map((session) => ({ channel, ...session })));
  }
  const name = JSON.stringify(account);
  throw new RequestError(
    'BAD_USER_INPUT',
    agents.some(({ state }) => state === 'UNBOUND')
      ? `The customer service account ${name} is not bound to a WeChat user, so it cannot serve customers yet.`
      : `There is no customer service account ${name}; query "customerServiceAccounts" of the channel for their names.`,
  );
}

/** Reads a list of people from a channel, and records that. */
function askRecorded<T>(
  field: string,
  channel: WeChatChannelRecord,
  { gateway, requestBudget }: GatewayContext,
  question: (budget: CallBudget) => Promise<T[]>,
): Promise<T[]> {
  return readRecorded(
    gateway.recordRead,
    { field, channels: [channel.name] },
    () => requestBudget.ask(channel, question),
    ({ length }) => length,
  );
}

/** The order of the list must not reveal names that are masked for some callers. */
function keyOf({ channel, account, startedAt, openId }: CustomerServiceSessionRecord, mask: Mask): string {
  return [channel.name, String(startedAt).padStart(15, '0'), mask(account), mask(openId)].join('\n');
}

function toCustomer({ name }: WeChatChannelRecord, openId: string): ParticipantRecord {
  return { channel: name, role: 'CUSTOMER', nativeId: openId, displayName: null };
}
