import { RequestError } from '../errors/request-error.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { ChannelParticipant, KeptChannels, TimeSpan } from '../gateway/archive-reader.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Turn } from '../gateway/turns.ts';
import type { QueryResponseStatsArgs, ResponseStat } from '../generated/resolvers.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import { compareGroups, NO_AGENT } from './figure-groups.ts';
import { requireArchives, requireWhole, toFiguresWindow } from './figures-window.ts';
import { toLocalGroups, toZone } from './local-groups.ts';
import { readTurns } from './read-turns.ts';
import { ResponseAggregate } from './response-aggregate.ts';
import { toParticipantId } from './rows.ts';

interface Group {
  /** Null where `agent` tells it. */
  group: string;
  startsAt: number | null;
  agent: ChannelParticipant | null;
  aggregate: ResponseAggregate;
}

/**
 * @param field under which it is recorded
 * @throws RequestError `BAD_USER_INPUT` when archives lack a part of the window
 * @throws RequestError `QUERY_TOO_COMPLEX` when the request's time is over before all was read, or there is too much to be remembered:
 * never partial figures
 */
export async function readResponseStats(
  args: Partial<QueryResponseStatsArgs>,
  context: GatewayContext,
  field = 'Query.responseStats',
): Promise<ResponseStat[]> {
  const { channels, span } = toFiguresWindow(args, context);
  const toGroup = await toGrouping(args, span, context.requestBudget);
  requireArchives(channels, context.gateway);
  const { gateway, requestBudget } = context;
  try {
    const stats = await gateway.archives.read(
      { field, channels, sentAtGte: span.since, sentAtLt: span.until },
      async (kept) => {
        await requireWhole(kept, span);
        return kept.figures.readLarge(requestBudget, async () => {
          const within = kept.within(requestBudget);
          const groups = await readGroups(within, span, toGroup, requestBudget);
          return toStats(groups, args.groupBy === 'CHANNEL', within, context);
        });
      },
      (found) => found.reduce((sum, { turns }) => sum + turns, 0),
    );
    return stats.sort(compareGroups);
  } catch (error) {
    throw error instanceof BudgetSpentError ? tooLong() : error;
  }
}

type ToGroup = (turn: Turn, kept: KeptChannels) => Omit<Group, 'aggregate'>;

async function toGrouping(
  { groupBy, timeZone }: Partial<QueryResponseStatsArgs>,
  span: TimeSpan,
  requestBudget: RequestBudget,
): Promise<ToGroup> {
  const by = groupBy ?? 'DAY';
  const zone = toZone(timeZone);
  if (by === 'CHANNEL')
    return ({ source }, kept) => ({
      group: kept.channelOf(source),
      startsAt: null,
      agent: null,
    });
  if (by === 'AGENT')
    return ({ source, agent }, kept) => {
      if (!agent) return { group: NO_AGENT, startsAt: null, agent };
      const channel = kept.channelOf(source);
      const group = `${channel} ${agent.role} ${agent.nativeId}`;
      return { group, startsAt: null, agent: { channel, role: agent.role, nativeId: agent.nativeId } };
    };
  const groups = await toLocalGroups(span, by, zone, requestBudget);
  return ({ beganAt }) => {
    const { label, since } = groups.at(beganAt);
    return { group: label, startsAt: since, agent: null };
  };
}

async function toStats(
  groups: readonly Group[],
  areChannels: boolean,
  kept: KeptChannels,
  { gateway, requestBudget }: GatewayContext,
): Promise<ResponseStat[]> {
  const agents = groups.flatMap(({ agent }) => agent ?? []);
  const names = await kept.namesOf(agents);
  const nameOf = new Map(agents.map((agent, index) => [agent, names[index] ?? null]));
  const stats: ResponseStat[] = [];
  for (const { group, startsAt, agent, aggregate } of groups) {
    await requestBudget.yieldToEventLoop();
    const [medianSeconds = null, p90Seconds = null] = aggregate.secondsWithin(0.5, 0.9);
    const { turns, answered, conversations } = aggregate;
    const channelName = areChannels ? (gateway.channels.get(group)?.displayName ?? null) : null;
    stats.push({
      group: agent ? toParticipantId(agent, gateway) : group,
      groupName: agent ? (nameOf.get(agent) ?? null) : channelName,
      startsAt,
      turns,
      answered,
      unanswered: turns - answered,
      medianSeconds,
      p90Seconds,
      conversations,
    });
  }
  return stats;
}

async function readGroups(
  kept: KeptChannels,
  span: TimeSpan,
  toGroup: ToGroup,
  requestBudget: RequestBudget,
): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for await (const turns of readTurns(kept, span, requestBudget)) {
    for (const turn of turns) {
      const { group, ...rest } = toGroup(turn, kept);
      const own = groups.get(group) ?? { group, ...rest, aggregate: new ResponseAggregate() };
      groups.set(group, own);
      const { conversation, beganAt, answeredAt } = turn;
      own.aggregate.add(conversation, answeredAt && answeredAt - beganAt);
    }
  }
  return [...groups.values()];
}

function tooLong(): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    'One request could not read all messages of this time range. Narrow it with "since" and "until", or to one "channel".',
  );
}
