import type { ArchiveState, ChatChannel } from '../datasources/message-source.ts';
import type { ConversationRecord, ParticipantRecord } from '../domain/records.ts';
import type { ConversationResolvers, ParticipantResolvers } from '../generated/resolvers.ts';
import type { TimelinePage } from '../timeline/timeline-page.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { orUnavailable } from '../gateway/archive-reader.ts';
import { asCacheable } from '../gateway/cacheable.ts';
import { channelOf, typeNamesOf } from '../gateway/gateway.ts';
import { conversationSummary } from './conversations.ts';
import { readMessages, type MessagesArguments } from './message-arguments.ts';
import { Message } from './message.ts';
import { nodeType, type NodeRecord } from './node.ts';
import { participantSummary } from './participants.ts';

export const Channel = {
  __resolveType: ({ provider }: ChatChannel, { gateway }: GatewayContext): string =>
    typeNamesOf(gateway, provider).channel,
};

/** The fields that differ from the channel's own; every provider's channel type spreads them. */
export const channelFields = {
  id: asCacheable(({ name }: ChatChannel, _: unknown, { gateway }: GatewayContext): string =>
    gateway.ids.encode({ type: 'Channel', channel: name }),
  ),
  archive: (channel: ChatChannel): Promise<ArchiveState | null> =>
    orUnavailable(async () => (await channel.archiveState?.()) ?? null),
  messages: (
    { name }: ChatChannel,
    args: MessagesArguments,
    context: GatewayContext,
  ): Promise<TimelinePage> => readMessages(args, context, { channel: name }),
};

export const Conversation: ConversationResolvers = {
  id: asCacheable((conversation: ConversationRecord, _: unknown, { gateway }: GatewayContext) =>
    gateway.ids.ofConversation(conversation),
  ),
  channel: asCacheable((conversation: ConversationRecord, _: unknown, { gateway }: GatewayContext) =>
    channelOf(gateway, conversation),
  ),
  messages: ({ channel, key }, args, context) =>
    readMessages(args, context, { conversation: { channel, value: key } }),
  ...conversationSummary,
};

export const Participant: ParticipantResolvers = {
  id: asCacheable((participant: ParticipantRecord, _: unknown, { gateway }: GatewayContext) =>
    gateway.ids.ofParticipant(participant),
  ),
  channel: asCacheable((participant: ParticipantRecord, _: unknown, { gateway }: GatewayContext) =>
    channelOf(gateway, participant),
  ),
  channelName: asCacheable(({ channel }: ParticipantRecord) => channel),
  ...participantSummary,
};

export const Node = {
  __resolveType: (record: NodeRecord, context: GatewayContext): string => {
    if ('sequence' in record) return Message.__resolveType(record, context);
    if ('capabilities' in record) return Channel.__resolveType(record, context);
    return nodeType(record);
  },
};
