import { z } from 'zod';
import { McpResponseStatsDocument } from '../../generated/mcp.ts';
import { after, channel, first, timeRange, timeZone } from '../arguments.ts';
import { toName } from '../cut.ts';
import { page, toPage } from '../page.ts';
import { defineTool } from '../tool.ts';

const group = z.object({
  group: z.string().describe('A day, an hour, a channel, or the participantId of the agent who answered.'),
  name: z.string().optional(),
  turns: z.number().describe('How often a customer wrote and then waited for an answer.'),
  answered: z.number(),
  unanswered: z.number(),
  medianSeconds: z.number().optional(),
  p90Seconds: z.number().optional(),
  conversations: z.number(),
});

export const responseStats = defineTool({
  name: 'response_stats',
  title: 'Measure response times',
  description:
    'Tells how fast customers are answered, grouped, by default by day of the last 30 days: the median and the 90th percentile of the seconds until an answer, and how many got none. It reads archives only, and fails where they lack a part of the range.',
  input: z.strictObject({
    groupBy: z.enum(['DAY', 'HOUR', 'CHANNEL', 'AGENT']).default('DAY'),
    channel,
    ...timeRange,
    timeZone,
    first: first(100, 500),
    after,
  }),
  output: z.object({ groups: z.array(group), ...page }),
  document: McpResponseStatsDocument,
  toVariables: (args) => args,
  toResult: ({ responseStatRows: { edges, pageInfo } }) => {
    const { items, ...more } = toPage(
      edges,
      pageInfo,
      ({ groupName, medianSeconds, p90Seconds, ...figures }) => ({
        ...figures,
        name: toName(groupName),
        medianSeconds: medianSeconds ?? undefined,
        p90Seconds: p90Seconds ?? undefined,
      }),
    );
    return { groups: items, ...more };
  },
});
