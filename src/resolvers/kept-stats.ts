import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { ArchiveStats, ChannelParticipant, StatsGrouping, TimeSpan } from '../gateway/archive-reader.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { readRecorded } from '../gateway/read-recorder.ts';
import type { MessageStat } from '../generated/resolvers.ts';
import { NO_AGENT } from './figure-groups.ts';
import type { LocalGroups } from './local-groups.ts';
import { toParticipantId } from './rows.ts';
import type { StatsQuestion } from './stats-question.ts';

/** As many groups as one statement has place for. */
const EDGES_AT_ONCE = 2_000;
const QUARTER_MS = 900_000;

type Figures = Omit<MessageStat, '__typename' | 'group' | 'groupName' | 'startsAt'>;
type Kept = Pick<MessageStat, 'group' | 'groupName' | 'startsAt'> & { stats: ArchiveStats };

/** Counts what archives have. @throws BudgetSpentError when the request's time is over */
export async function countKept(question: StatsQuestion, context: GatewayContext): Promise<MessageStat[]> {
  const { channels, span } = question.window;
  const found = await readRecorded(
    context.gateway.recordRead,
    { field: 'Query.messageStats', channels, sentAtGte: span.since, sentAtLt: span.until },
    () => readGroups(question, context),
    (groups) => groups.reduce((sum, { stats }) => sum + stats.messages, 0),
  );
  return found.map(({ stats, ...group }) => ({ ...group, ...toFigures(stats) }));
}

async function readGroups(
  { window: { channels, span }, grouping }: StatsQuestion,
  context: GatewayContext,
): Promise<Kept[]> {
  const { gateway, requestBudget } = context;
  const read = async (
    names: readonly string[],
    part: TimeSpan,
    by: StatsGrouping,
  ): Promise<ArchiveStats[]> => {
    if (requestBudget.isOver) throw new BudgetSpentError();
    return gateway.archives.stats(names, part, by);
  };
  switch (grouping.by) {
    case 'TIME':
      return readTimes(channels, span, grouping.groups, read);
    case 'CHANNEL': {
      // Conversations and customers are told apart in a channel, which may have several sources.
      const whole: StatsGrouping = { by: 'TIME', edges: wholeQuarters(span) };
      const found = channels.map(async (name) => {
        const stats = await read([name], span, whole);
        return stats.map((each) => toGroup(name, each, gateway.channels.get(name)?.displayName ?? null));
      });
      return (await Promise.all(found)).flat();
    }
    case 'DIRECTION':
    case 'KIND':
      return (await read(channels, span, { by: grouping.by })).map((stats) => toGroup(nameOf(stats), stats));
    case 'AGENT':
      return nameAgents(await read(channels, span, { by: 'AGENT' }), gateway);
  }
}

async function readTimes(
  channels: readonly string[],
  { since, until }: TimeSpan,
  groups: LocalGroups,
  read: (names: readonly string[], part: TimeSpan, by: StatsGrouping) => Promise<ArchiveStats[]>,
): Promise<Kept[]> {
  const found: Kept[] = [];
  for (let from = 0; from < groups.edges.length - 1; from += EDGES_AT_ONCE) {
    const edges = groups.edges.slice(from, from + EDGES_AT_ONCE + 1);
    const part = { since: Math.max(since, edges[0] ?? since), until: Math.min(until, edges.at(-1) ?? until) };
    for (const stats of await read(channels, part, { by: 'TIME', edges })) {
      const { label, since: startsAt } = groups.at(stats.firstAt);
      found.push({ ...toGroup(label, stats), startsAt });
    }
  }
  return found;
}

async function nameAgents(found: readonly ArchiveStats[], gateway: Gateway): Promise<Kept[]> {
  const agents = found.map(({ group }): ChannelParticipant | null => {
    if (group.by !== 'AGENT' || !group.agent) return null;
    const { account, role, nativeId } = group.agent;
    return { channel: gateway.archives.channelOf(account), role, nativeId };
  });
  const known = agents.filter((agent) => agent !== null);
  const names = await gateway.archives.namesOf(known);
  const nameByAgent = new Map(known.map((agent, index) => [agent, names[index] ?? null]));
  return found.map((stats, index) => {
    const agent = agents[index] ?? null;
    if (!agent) return toGroup(NO_AGENT, stats);
    return toGroup(toParticipantId(agent, gateway), stats, nameByAgent.get(agent) ?? null);
  });
}

function toGroup(group: string, stats: ArchiveStats, groupName: string | null = null): Kept {
  return { group, groupName, startsAt: null, stats };
}

function nameOf({ group }: ArchiveStats): string {
  if (group.by === 'DIRECTION') return group.direction;
  if (group.by === 'KIND') return group.kind;
  throw new Error('An archive has grouped by something else than it was asked to');
}

function wholeQuarters({ since, until }: TimeSpan): number[] {
  return [Math.floor(since / QUARTER_MS) * QUARTER_MS, Math.ceil(until / QUARTER_MS) * QUARTER_MS];
}

function toFigures({
  messages,
  inbound,
  outbound,
  conversations,
  customers,
  firstAt,
  lastAt,
}: ArchiveStats): Figures {
  return { messages, inbound, outbound, conversations, customers, firstAt, lastAt };
}
