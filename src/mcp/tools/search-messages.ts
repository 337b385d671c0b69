import { z } from 'zod';
import { McpSearchMessagesDocument } from '../../generated/mcp.ts';
import {
  after,
  archiveOnly,
  channels,
  first,
  maxTextLength,
  timeRange,
  toReadFrom,
  toSentAt,
} from '../arguments.ts';
import { message, toMessage } from '../message.ts';
import { page, sources, toPage, toSources } from '../page.ts';
import { people, People } from '../people.ts';
import { Table } from '../table.ts';
import { defineTool } from '../tool.ts';

const conversation = z.object({ conversationId: z.string(), channel: z.string() });

export const searchMessages = defineTool({
  name: 'search_messages',
  title: 'Search messages',
  description:
    'Finds messages over all channels, by default the newest first. "words" must all occur in a text, in any order; a word in a script with spaces is found as a whole ("refund" does not find "refunds"), one in Chinese, Japanese, Korean or Thai anywhere. "textContains" finds any part of a text. Without either it lists messages. Where no archive is searchable a page may be empty although more follows: call again with nextCursor, or give a time range.',
  input: z.strictObject({
    words: z.string().min(1).max(256).optional(),
    textContains: z.string().min(1).max(256).optional(),
    channels,
    direction: z.enum(['INBOUND', 'OUTBOUND', 'INTERNAL', 'SYSTEM']).optional(),
    conversationId: z.string().optional(),
    participantId: z.string().optional().describe('Only messages to or from this person.'),
    ...timeRange,
    oldestFirst: z.boolean().default(false),
    archiveOnly,
    maxTextLength,
    first: first(20, 100),
    after,
  }),
  output: z.object({
    messages: z.array(message.extend({ in: z.string().describe('A key in conversations.') })),
    people,
    conversations: z.array(conversation.extend({ key: z.string() })),
    ...page,
    sources,
  }),
  document: McpSearchMessagesDocument,
  toVariables: ({ words, direction, since, until, oldestFirst, ...args }) => ({
    filter: {
      search: words ?? null,
      textContains: args.textContains ?? null,
      channels: args.channels ?? null,
      directions: direction === undefined ? null : [direction],
      conversationId: args.conversationId ?? null,
      participantId: args.participantId ?? null,
      sentAt: toSentAt(since, until),
    },
    orderBy: { direction: oldestFirst ? ('ASC' as const) : ('DESC' as const) },
    readFrom: toReadFrom(args.archiveOnly),
    first: args.first,
    after: args.after ?? null,
  }),
  toResult: ({ messages }, args) => {
    const { edges, pageInfo, sources: asked } = messages;
    const known = new People();
    const places = new Table<z.input<typeof conversation>>('c');
    const { items, ...more } = toPage(
      edges,
      pageInfo,
      (node) => ({
        ...toMessage(node, known, args.maxTextLength),
        in: places.keyOf(node.conversation.id, () => ({
          conversationId: node.conversation.id,
          channel: node.channel.name,
        })),
      }),
      [known, places],
    );
    return {
      messages: items,
      people: [...known.entries],
      conversations: [...places.entries],
      ...more,
      sources: toSources(asked),
    };
  },
});
