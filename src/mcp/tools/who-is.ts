import { z } from 'zod';
import { McpWhoIsDocument } from '../../generated/mcp.ts';
import { toName } from '../cut.ts';
import { person, toPerson } from '../people.ts';
import { defineTool } from '../tool.ts';

const conversation = z.object({
  conversationId: z.string(),
  kind: z.string(),
  title: z.string().optional(),
  lastMessageAt: z.string().optional(),
  messageCount: z.number().optional(),
});

export const whoIs = defineTool({
  name: 'who_is',
  title: 'Find a person',
  description:
    'Tells about one customer or agent: role, name, when and how often they wrote, and their newest conversations, as far as archives keep them. Give participantId, or channel and nativeId (the id or phone number at the provider), which needs an API key that may see people.',
  input: z
    .strictObject({
      participantId: z.string().min(1).optional(),
      channel: z.string().min(1).optional().describe('With nativeId: a name from list_channels.'),
      nativeId: z.string().min(1).optional(),
      role: z.enum(['CUSTOMER', 'AGENT', 'BOT', 'OFFICIAL_ACCOUNT', 'UNKNOWN']).optional(),
    })
    .refine(namesOne, 'give either participantId, or channel and nativeId'),
  output: person.extend({
    channel: z.string(),
    nativeId: z.string(),
    firstSeenAt: z.string().optional(),
    lastSeenAt: z.string().optional(),
    messageCount: z.number().optional(),
    conversations: z.array(conversation),
    hasMoreConversations: z.boolean().describe('list_conversations with this participantId has them.'),
  }),
  document: McpWhoIsDocument,
  missing: 'There is no such person in a channel that this API key opens.',
  toVariables: ({ participantId, channel, nativeId, role }) => {
    const __typename = 'Participant';
    return participantId === undefined
      ? { who: [{ __typename, channelName: channel, nativeId, ...(role && { role }) }] }
      : { who: [{ __typename, id: participantId }] };
  },
  toResult: ({ _entities: [found] }) => {
    if (found?.__typename !== 'Participant') return null;
    const { channel, nativeId, firstSeenAt, lastSeenAt, messageCount, conversations } = found;
    return {
      ...toPerson(found),
      channel: channel.name,
      nativeId: toName(nativeId) ?? '',
      firstSeenAt: firstSeenAt ?? undefined,
      lastSeenAt: lastSeenAt ?? undefined,
      messageCount: messageCount ?? undefined,
      conversations: conversations.nodes.map(({ id, kind, title, ...seen }) => ({
        conversationId: id,
        kind,
        title: toName(title),
        lastMessageAt: seen.lastMessageAt ?? undefined,
        messageCount: seen.messageCount ?? undefined,
      })),
      hasMoreConversations: conversations.pageInfo.hasNextPage,
    };
  },
});

function namesOne(given: {
  participantId?: string | undefined;
  channel?: string | undefined;
  nativeId?: string | undefined;
}): boolean {
  const isNative = given.channel !== undefined && given.nativeId !== undefined;
  return given.participantId === undefined ? isNative : given.nativeId === undefined;
}
