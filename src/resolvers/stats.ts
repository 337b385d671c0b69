import { RequestError } from '../errors/request-error.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { MessageStat, QueryMessageStatsArgs } from '../generated/resolvers.ts';
import { compareGroups } from './figure-groups.ts';
import { requireArchives } from './figures-window.ts';
import { countKept } from './kept-stats.ts';
import { toStatsQuestion } from './stats-question.ts';
import { countWalked } from './walked-stats.ts';

/**
 * @param field under which it is recorded
 * @throws RequestError `QUERY_TOO_COMPLEX` when one request cannot read the whole window: never partial counts
 * @throws RequestError `BAD_USER_INPUT` when only archives are to be read, and they lack a part of it
 */
export async function readMessageStats(
  args: Partial<QueryMessageStatsArgs>,
  context: GatewayContext,
  field = 'Query.messageStats',
): Promise<MessageStat[]> {
  const question = await toStatsQuestion(field, args, context);
  const { channels, span } = question.window;
  const isArchiveOnly = args.readFrom === 'ARCHIVE';
  if (isArchiveOnly) requireArchives(channels, context.gateway);
  const isKept = isArchiveOnly || (await context.gateway.archives.hasAll(channels, span));
  try {
    const stats = await (isKept ? countKept(question, context) : countWalked(question, context));
    return stats.sort(compareGroups);
  } catch (error) {
    throw error instanceof BudgetSpentError ? tooLong() : error;
  }
}

function tooLong(): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    'One request could not read all messages of this time range. Narrow it with "since" and "until", or to one "channel"; or retry: the gateway caches what it read, so a retry gets further. Channels with an archive need no walk: "readFrom: ARCHIVE" counts what is kept, in any range.',
  );
}
