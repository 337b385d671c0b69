import { z } from 'zod';
import { McpListChannelsDocument } from '../../generated/mcp.ts';
import { after } from '../arguments.ts';
import { toName } from '../cut.ts';
import { page, toPage } from '../page.ts';
import { defineTool } from '../tool.ts';

const item = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  provider: z.string(),
  disclosesText: z.boolean().describe('Whether the provider shows what was written.'),
  archive: z
    .object({
      since: z.string(),
      messages: z.number(),
      isSearchable: z.boolean(),
      isComplete: z.boolean(),
      caughtUpAt: z.string().optional(),
    })
    .optional()
    .describe('What is kept of its history; left out when nothing is.'),
});

export const listChannels = defineTool({
  name: 'list_channels',
  title: 'List channels',
  description:
    'Lists the accounts through which the company chats with its customers (WeChat, WeCom, Tencent Chat, WhatsApp), and what is kept of each. Conversations, figures and fast searches need an archive. Begin here: other tools take the names of channels.',
  input: z.strictObject({ after }),
  output: z.object({ channels: z.array(item), ...page }),
  document: McpListChannelsDocument,
  toVariables: () => ({}),
  toResult: ({ channels }, { after: name }) => {
    // They are ordered by name.
    const rest = channels.filter((channel) => name === undefined || channel.name > name);
    const edges = rest.map((node) => ({ cursor: node.name, node }));
    const { items, ...more } = toPage(edges, { hasNextPage: false, endCursor: null }, (node) => {
      const { archive, capabilities, displayName, provider } = node;
      return {
        name: node.name,
        displayName: toName(displayName),
        provider,
        disclosesText: capabilities.disclosesText,
        archive: archive
          ? {
              since: archive.since,
              messages: archive.messages,
              isSearchable: archive.isSearchable,
              isComplete: archive.gaps.length === 0,
              caughtUpAt: archive.caughtUpAt ?? undefined,
            }
          : undefined,
      };
    });
    return { channels: items, ...more };
  },
});
