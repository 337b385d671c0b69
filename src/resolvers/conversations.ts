import type { ConversationRecord, ParticipantRecord } from '../domain/records.ts';
import type { ConversationResolvers, QueryConversationsArgs } from '../generated/resolvers.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { ConversationQuery, ConversationSummary } from '../gateway/archive-reader.ts';
import { admitsChannel, NO_FILTER, type TimelineFilter } from '../timeline/filter.ts';
import type { PagingArguments } from '../timeline/page-request.ts';
import { toKeptStatus } from '../timeline/source-status.ts';
import { toKeysetPage, toKeysetRequest, type ConversationPage } from './keyset-page.ts';
import { toTimelineFilter } from './message-arguments.ts';

type Selected = Omit<ConversationQuery, 'after' | 'limit'>;

/** @throws RequestError as `toTimelineFilter`, and for arguments of a page */
export function readConversations(
  args: Partial<QueryConversationsArgs>,
  context: GatewayContext,
): Promise<ConversationPage> {
  const {
    channels = null,
    providers = null,
    kinds = null,
    participantId = null,
    lastMessageAt = null,
    isAwaitingReply,
  } = args.filter ?? {};
  // The conditions that messages have too, under the names that they have there.
  const filter = toTimelineFilter(
    { channels, providers, participantId, conversationKinds: kinds, sentAt: lastMessageAt },
    context,
  );
  const { field = 'LAST_MESSAGE_AT', direction = 'DESC' } = args.orderBy ?? {};
  const isOpen = filter.sentAtGte === null && filter.sentAtLt === null;
  const selected: Selected = {
    by: field,
    order: direction,
    ...(filter.conversationKinds ? { kinds: filter.conversationKinds } : {}),
    ...(typeof isAwaitingReply === 'boolean' ? { isAwaitingReply } : {}),
    ...(filter.participant ? { participant: filter.participant.value } : {}),
    ...(isOpen
      ? {}
      : {
          lastMessageAt: { since: filter.sentAtGte ?? 0, until: filter.sentAtLt ?? Number.MAX_SAFE_INTEGER },
        }),
  };
  return readPage('Query.conversations', selected, filter, args, context);
}

/** Those with messages to or from a participant. */
export function readConversationsOf(
  { channel, role, nativeId }: ParticipantRecord,
  args: PagingArguments,
  context: GatewayContext,
): Promise<ConversationPage> {
  const participant = { role, nativeId };
  const filter = { ...NO_FILTER, participant: { channel, value: participant } };
  const selected = { by: 'LAST_MESSAGE_AT', order: 'DESC', participant } as const;
  return readPage('Participant.conversations', selected, filter, args, context);
}

async function readPage(
  field: string,
  selected: Selected,
  filter: TimelineFilter,
  args: PagingArguments,
  context: GatewayContext,
): Promise<ConversationPage> {
  const { gateway, requestBudget, conversations } = context;
  const request = toKeysetRequest('conversations', { selected, filter }, selected.order, args, gateway);
  const { order, after, size } = request;
  const channels = [...gateway.channels.values()].filter((channel) => admitsChannel(filter, channel));
  const found = await gateway.archives.read(
    { field, channels: channels.map(({ name }) => name) },
    (kept) => kept.within(requestBudget).conversations({ ...selected, order, after, limit: size + 1 }),
    ({ length }) => Math.min(length, size),
  );
  const toNode = (summary: ConversationSummary): ConversationRecord => {
    conversations.prime(summary.conversation, summary);
    return summary.conversation;
  };
  return {
    ...toKeysetPage(request, found, toNode, gateway),
    sources: await Promise.all(channels.map((channel) => toKeptStatus(channel, requestBudget.arrivedAt))),
  };
}

/** What is kept of a conversation, wherever it is reached from. */
export const conversationSummary: Pick<
  ConversationResolvers,
  'lastMessage' | 'lastMessageAt' | 'firstMessageAt' | 'messageCount' | 'awaitingReply'
> = {
  lastMessage: async (of, _, { conversations }) => (await conversations.load(of))?.lastMessage ?? null,
  lastMessageAt: async (of, _, { conversations }) => (await conversations.load(of))?.lastAt ?? null,
  firstMessageAt: async (of, _, { conversations }) => (await conversations.load(of))?.firstAt ?? null,
  messageCount: async (of, _, { conversations }) => (await conversations.load(of))?.messages ?? null,
  awaitingReply: async (of, _, { conversations }) => (await conversations.load(of))?.awaiting ?? null,
};
