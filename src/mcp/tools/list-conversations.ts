import { z } from 'zod';
import { McpListConversationsDocument } from '../../generated/mcp.ts';
import { after, channels, first, maxTextLength, timeRange, toSentAt } from '../arguments.ts';
import { toName } from '../cut.ts';
import { message, toMessage } from '../message.ts';
import { page, sources, toPage, toSources } from '../page.ts';
import { keysOfPeople, people, People } from '../people.ts';
import { defineTool } from '../tool.ts';

const item = z.object({
  conversationId: z.string(),
  channel: z.string(),
  kind: z.string(),
  title: z.string().optional(),
  people: keysOfPeople,
  lastMessageAt: z.string().optional(),
  lastMessage: message.optional(),
  messageCount: z.number().optional().describe('How many messages are kept.'),
  awaitingReply: z
    .object({ since: z.string(), messages: z.number(), isAtLeast: z.boolean() })
    .optional()
    .describe('Since when the customer waits, and for how many messages; left out when there was an answer.'),
});

export const listConversations = defineTool({
  name: 'list_conversations',
  title: 'List conversations',
  description:
    'Lists conversations that archives keep, by default the one with the newest message first; with awaitingReply: true only those in which a customer waits for an answer. Channels without an archive have none here: see "sources".',
  input: z.strictObject({
    channels,
    awaitingReply: z.boolean().optional().describe('true: only those that wait; false: only the others.'),
    kind: z.enum(['DIRECT', 'GROUP', 'BROADCAST']).optional(),
    participantId: z.string().optional().describe('Only those with messages to or from this person.'),
    ...timeRange,
    orderBy: z
      .enum(['LAST_MESSAGE_AT', 'FIRST_MESSAGE_AT', 'MESSAGES'])
      .default('LAST_MESSAGE_AT')
      .describe('since and until are about the newest message, whatever the order is.'),
    ascending: z.boolean().default(false).describe('The oldest, or those with the fewest messages, first.'),
    maxTextLength,
    first: first(20, 50),
    after,
  }),
  output: z.object({ conversations: z.array(item), people, ...page, sources }),
  document: McpListConversationsDocument,
  toVariables: ({ since, until, kind, orderBy, ascending, ...args }) => ({
    filter: {
      channels: args.channels ?? null,
      kinds: kind === undefined ? null : [kind],
      participantId: args.participantId ?? null,
      lastMessageAt: toSentAt(since, until),
      isAwaitingReply: args.awaitingReply ?? null,
    },
    orderBy: { field: orderBy, direction: ascending ? ('ASC' as const) : ('DESC' as const) },
    first: args.first,
    after: args.after ?? null,
  }),
  toResult: ({ conversations }, args) => {
    const { edges, pageInfo, sources: asked } = conversations;
    const known = new People();
    const toItem = (node: (typeof edges)[number]['node']): z.input<typeof item> => ({
      conversationId: node.id,
      channel: node.channel.name,
      kind: node.kind,
      title: toName(node.title),
      people: known.keysOf(node.participants),
      lastMessageAt: node.lastMessageAt ?? undefined,
      lastMessage: node.lastMessage ? toMessage(node.lastMessage, known, args.maxTextLength) : undefined,
      messageCount: node.messageCount ?? undefined,
      awaitingReply: node.awaitingReply ?? undefined,
    });
    const { items, ...more } = toPage(edges, pageInfo, toItem, [known]);
    return { conversations: items, people: [...known.entries], ...more, sources: toSources(asked) };
  },
});
