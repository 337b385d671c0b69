import { z } from 'zod';
import { McpReadConversationDocument } from '../../generated/mcp.ts';
import { after, archiveOnly, first, maxTextLength, timeRange, toReadFrom, toSentAt } from '../arguments.ts';
import { toName } from '../cut.ts';
import { message, toMessage } from '../message.ts';
import { page, sources, toPage, toSources } from '../page.ts';
import { keysOfPeople, people, People } from '../people.ts';
import { defineTool } from '../tool.ts';

export const readConversation = defineTool({
  name: 'read_conversation',
  title: 'Read a conversation',
  description:
    'Reads the messages of one conversation, by default the newest first, page by page. The id comes from list_conversations, search_messages or who_is.',
  input: z.strictObject({
    conversationId: z.string(),
    oldestFirst: z.boolean().default(false),
    ...timeRange,
    archiveOnly,
    maxTextLength,
    first: first(20, 100),
    after,
  }),
  output: z.object({
    conversationId: z.string(),
    channel: z.string(),
    kind: z.string(),
    title: z.string().optional(),
    participants: keysOfPeople,
    people,
    messages: z.array(message),
    ...page,
    sources,
  }),
  document: McpReadConversationDocument,
  missing:
    'There is no conversation with this conversationId. list_conversations and search_messages have ids.',
  toVariables: ({ conversationId, since, until, oldestFirst, ...args }) => ({
    id: conversationId,
    filter: { sentAt: toSentAt(since, until) },
    orderBy: { direction: oldestFirst ? ('ASC' as const) : ('DESC' as const) },
    readFrom: toReadFrom(args.archiveOnly),
    first: args.first,
    after: args.after ?? null,
  }),
  toResult: ({ node }, args) => {
    if (node?.__typename !== 'Conversation') return null;
    const { edges, pageInfo, sources: asked } = node.messages;
    const known = new People();
    const participants = known.keysOf(node.participants);
    const { items, ...more } = toPage(
      edges,
      pageInfo,
      (found) => toMessage(found, known, args.maxTextLength),
      [known],
    );
    return {
      conversationId: node.id,
      channel: node.channel.name,
      kind: node.kind,
      title: toName(node.title),
      participants,
      people: [...known.entries],
      messages: items,
      ...more,
      sources: toSources(asked),
    };
  },
});
