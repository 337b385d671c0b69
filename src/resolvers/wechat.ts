import type { ParticipantRecord } from '../datasources/records.ts';
import { WeChatChannel as WeChatChannelRecord } from '../datasources/wechat/index.ts';
import { RequestError } from '../errors.ts';
import type {
  CustomerServiceAccountResolvers,
  CustomerServiceSessionResolvers,
  WeChatChannelResolvers,
  WeChatMessageResolvers,
} from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import type { GatewayContext } from './context.ts';
import { toListPage, type ListArguments, type ListPage } from './list-page.ts';
import { messageFields } from './message.ts';

/** A customer service account with the channel that it is of. */
export interface AccountInChannel {
  channel: WeChatChannelRecord;
  account: string;
  nickname: string | null;
  avatarUrl: string | null;
}

export interface SessionInChannel {
  channel: WeChatChannelRecord;
  account: string;
  openId: string;
  /** Unix ms. */
  startedAt: number;
}

export const WeChatMessage: WeChatMessageResolvers = { ...messageFields };

export const WeChatChannel: WeChatChannelResolvers = {
  ...channelFields,
  customerServiceAccounts: async (channel, _, { scope }) => {
    const accounts = await scope.ask(channel, (access) => channel.customerServiceAccounts(access));
    return accounts.map((account) => ({ channel, ...account }));
  },
  sessions: (channel, args, context) => readSessions([channel], args, context),
  waitingCustomers: async (channel, _, { scope }) => {
    const waiting = await scope.ask(channel, (access) => channel.waitingCustomers(access));
    return waiting.map(({ openId, waitingSince }) => ({
      customer: toCustomer(channel, openId),
      waitingSince,
    }));
  },
};

export const CustomerServiceAccount: CustomerServiceAccountResolvers = {
  sessions: async ({ channel, account }, _, { scope }) => {
    const sessions = await scope.ask(channel, (access) => channel.sessions(account, access));
    return sessions.map((session) => ({ channel, ...session }));
  },
};

export const CustomerServiceSession: CustomerServiceSessionResolvers = {
  customer: ({ channel, openId }) => toCustomer(channel, openId),
  conversation: ({ channel, openId }) => channel.conversationWith(openId),
};

export interface SessionsArguments extends ListArguments {
  channel?: string | null;
  account?: string | null;
}

/** @throws RequestError `BAD_USER_INPUT` when the named channel is not a WeChat channel */
export function readCustomerServiceSessions(
  args: SessionsArguments,
  context: GatewayContext,
): Promise<ListPage<SessionInChannel>> {
  const channels = [...context.gateway.channels.values()].filter(
    (channel) => channel instanceof WeChatChannelRecord,
  );
  if (!args.channel) return readSessions(channels, args, context);
  const channel = channels.find(({ name }) => name === args.channel);
  if (channel) return readSessions([channel], args, context);
  throw new RequestError(
    'BAD_USER_INPUT',
    `There is no WeChat channel ${JSON.stringify(args.channel)}; query "channels(providers: WECHAT)" for their names.`,
  );
}

async function readSessions(
  channels: WeChatChannelRecord[],
  { account, ...paging }: SessionsArguments,
  context: GatewayContext,
): Promise<ListPage<SessionInChannel>> {
  const found = await Promise.all(
    channels.map(async (channel) => {
      const sessions = await context.scope.ask(channel, (access) =>
        account ? channel.sessions(account, access) : channel.allSessions(access),
      );
      return sessions.map((session): SessionInChannel => ({ channel, ...session }));
    }),
  );
  const { pageSizes, listCursors } = context.gateway;
  const list = JSON.stringify(['sessions', channels.map(({ name }) => name), account ?? null]);
  return toListPage(list, found.flat(), keyOf, paging, { pageSizes, sealer: listCursors });
}

function keyOf({ channel, account, startedAt, openId }: SessionInChannel): string {
  return [channel.name, account, String(startedAt).padStart(15, '0'), openId].join('\n');
}

function toCustomer({ name }: WeChatChannelRecord, openId: string): ParticipantRecord {
  return { channel: name, role: 'CUSTOMER', nativeId: openId, displayName: null };
}
