import { z } from 'zod';
import { McpMessageStatsDocument } from '../../generated/mcp.ts';
import { after, archiveOnly, channel, first, timeRange, timeZone, toReadFrom } from '../arguments.ts';
import { toName } from '../cut.ts';
import { page, toPage } from '../page.ts';
import { defineTool } from '../tool.ts';

const group = z.object({
  group: z
    .string()
    .describe('A day, an hour, a channel, a direction, a kind, or the participantId of an agent.'),
  name: z.string().optional(),
  messages: z.number(),
  inbound: z.number(),
  outbound: z.number(),
  conversations: z.number(),
  customers: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
});

export const messageStats = defineTool({
  name: 'message_stats',
  title: 'Count messages',
  description:
    'Counts messages, conversations and customers, grouped, by default by day of the last 30 days. The counts are complete or the call fails: then take a shorter range, one channel, or archiveOnly. Use it for "how many", and do not count messages yourself.',
  input: z.strictObject({
    groupBy: z.enum(['DAY', 'HOUR', 'CHANNEL', 'DIRECTION', 'AGENT', 'KIND']).default('DAY'),
    channel,
    ...timeRange,
    timeZone,
    archiveOnly,
    first: first(100, 500),
    after,
  }),
  output: z.object({ groups: z.array(group), ...page }),
  document: McpMessageStatsDocument,
  toVariables: ({ archiveOnly: isArchiveOnly, ...args }) => ({
    ...args,
    readFrom: toReadFrom(isArchiveOnly),
  }),
  toResult: ({ messageStatRows: { edges, pageInfo } }) => {
    const { items, ...more } = toPage(edges, pageInfo, ({ groupName, ...figures }) => ({
      ...figures,
      name: toName(groupName),
    }));
    return { groups: items, ...more };
  },
});
