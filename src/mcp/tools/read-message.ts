import { z } from 'zod';
import { McpReadMessageDocument } from '../../generated/mcp.ts';
import { cutText } from '../cut.ts';
import { message, toHead } from '../message.ts';
import { people, People } from '../people.ts';
import { defineTool } from '../tool.ts';

const MAX_TEXT_LENGTH = 15_000;

export const readMessage = defineTool({
  name: 'read_message',
  title: 'Read a message',
  description: 'Reads one message with its whole text, a long one part by part. Other tools cut long texts.',
  input: z.strictObject({
    messageId: z.string(),
    from: z.int().min(0).default(0).describe('Where in the text to begin: nextFrom of the part before.'),
  }),
  output: message.extend({
    people,
    channel: z.string(),
    conversationId: z.string(),
    nextFrom: z.number().optional().describe('The text goes on: call again with this as "from".'),
  }),
  document: McpReadMessageDocument,
  missing: 'There is no message with this messageId, or its provider no longer lists it.',
  toVariables: ({ messageId }) => ({ id: messageId }),
  toResult: ({ node }, { from }) => {
    if (!node || !('sentAt' in node)) return null;
    const { text, channel, conversation } = node;
    const rest = text?.slice(from);
    const shown = rest === undefined ? undefined : cutText(rest, MAX_TEXT_LENGTH);
    const known = new People();
    return {
      ...toHead(node, known),
      channel: channel.name,
      conversationId: conversation.id,
      text: shown,
      textLength: text?.length,
      people: [...known.entries],
      nextFrom: shown !== undefined && shown !== rest ? from + shown.length : undefined,
    };
  },
});
