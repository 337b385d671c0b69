import type { ChatChannel } from '../datasources/message-source.ts';
import type { ConversationRecord, ParticipantRecord, Provider } from '../domain/records.ts';
import type { ConversationResolvers, ParticipantResolvers } from '../generated/resolvers.ts';
import type { TimelinePage } from '../timeline/timeline.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf } from '../gateway/gateway.ts';
import { readMessages, type MessagesArguments } from './message-arguments.ts';
import { messageTypeNames, type MessageTypeName } from './message.ts';
import { nodeType, type NodeRecord } from './node.ts';

export type ChannelTypeName = 'WeChatChannel' | 'WeComChannel' | 'TencentChatChannel' | 'WhatsAppChannel';

export const channelTypeNames: Record<Provider, ChannelTypeName> = {
  WECHAT: 'WeChatChannel',
  WECOM: 'WeComChannel',
  TENCENT_CHAT: 'TencentChatChannel',
  WHATSAPP_SCRM: 'WhatsAppChannel',
};

export const Channel = {
  __resolveType: ({ provider }: ChatChannel): ChannelTypeName => channelTypeNames[provider],
};

/** The fields that differ from the channel's own; every provider's channel type spreads them. */
export const channelFields = {
  id: ({ name }: ChatChannel, _: unknown, { gateway }: GatewayContext): string =>
    gateway.ids.encode({ type: 'Channel', channel: name }),
  messages: (
    { name }: ChatChannel,
    args: MessagesArguments,
    context: GatewayContext,
  ): Promise<TimelinePage> => readMessages(args, context, { channel: name }),
};

export const Conversation: ConversationResolvers = {
  id: ({ channel, key }, _, { gateway }) => gateway.ids.encode({ type: 'Conversation', channel, key }),
  channel: (conversation: ConversationRecord, _, { gateway }) => channelOf(gateway, conversation),
  messages: ({ channel, key }, args, context) =>
    readMessages(args, context, { conversation: { channel, value: key } }),
};

export const Participant: ParticipantResolvers = {
  id: ({ channel, role, nativeId }, _, { gateway }) =>
    gateway.ids.encode({ type: 'Participant', channel, role, nativeId }),
  channel: (participant: ParticipantRecord, _, { gateway }) => channelOf(gateway, participant),
  channelName: ({ channel }) => channel,
};

export const Node = {
  __resolveType: (record: NodeRecord): MessageTypeName | ChannelTypeName | 'Conversation' | 'Participant' => {
    const type = nodeType(record);
    if (type === 'Message' && 'provider' in record) return messageTypeNames[record.provider];
    if (type === 'Channel' && 'provider' in record) return channelTypeNames[record.provider];
    return type === 'Participant' ? 'Participant' : 'Conversation';
  },
};
