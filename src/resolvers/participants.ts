import type { ParticipantRecord } from '../domain/records.ts';
import type { ParticipantResolvers, QueryParticipantsArgs } from '../generated/resolvers.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { ParticipantSummary } from '../gateway/archive-reader.ts';
import { admitsChannel } from '../timeline/filter.ts';
import { toKeptStatus } from '../timeline/source-status.ts';
import { readConversationsOf } from './conversations.ts';
import { toKeysetPage, toKeysetRequest, type ParticipantPage } from './keyset-page.ts';
import { toTimelineFilter } from './message-arguments.ts';

/** @throws RequestError as `toTimelineFilter`, and for arguments of a page */
export async function readParticipants(
  args: Partial<QueryParticipantsArgs>,
  context: GatewayContext,
): Promise<ParticipantPage> {
  const { gateway, requestBudget, participants } = context;
  const { channels: names = null, roles, conversationId = null } = args.filter ?? {};
  const filter = toTimelineFilter({ channels: names, conversationId }, context);
  const { conversation } = filter;
  const selected = {
    ...(roles ? { roles: [...new Set(roles)] } : {}),
    ...(conversation ? { conversationKey: conversation.value } : {}),
  };
  const paging = { first: args.first, after: args.after };
  const request = toKeysetRequest('participants', { selected, filter }, 'DESC', paging, gateway);
  const { after, size } = request;
  const channels = [...gateway.channels.values()].filter((channel) => admitsChannel(filter, channel));
  const found = await gateway.archives.read(
    {
      field: 'Query.participants',
      channels: channels.map(({ name }) => name),
      conversationId: channels.length > 0 ? conversationId : null,
    },
    (kept) => kept.participants({ ...selected, after, limit: size + 1 }),
    ({ length }) => Math.min(length, size),
  );
  const toNode = (summary: ParticipantSummary): ParticipantRecord => {
    // Of a conversation, only its own messages were counted. Else the figures are those that the channel alone has: participants are counted by
    // account, and each channel has one of its own.
    if (!conversation) participants.prime(summary.participant, summary);
    return summary.participant;
  };
  return {
    ...toKeysetPage(request, found, toNode, gateway),
    sources: await Promise.all(channels.map((channel) => toKeptStatus(channel, requestBudget.arrivedAt))),
  };
}

/** What is kept of a participant, wherever it is reached from. */
export const participantSummary: Pick<
  ParticipantResolvers,
  'firstSeenAt' | 'lastSeenAt' | 'messageCount' | 'conversations'
> = {
  firstSeenAt: async (of, _, { participants }) => (await participants.load(of))?.firstAt ?? null,
  lastSeenAt: async (of, _, { participants }) => (await participants.load(of))?.lastAt ?? null,
  messageCount: async (of, _, { participants }) => (await participants.load(of))?.messages ?? null,
  conversations: readConversationsOf,
};
