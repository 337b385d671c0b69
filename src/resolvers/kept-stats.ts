import type {
  ArchiveStats,
  ChannelParticipant,
  KeptChannels,
  StatsGrouping,
  TimeSpan,
} from '../gateway/archive-reader.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { MessageStat } from '../generated/resolvers.ts';
import { NO_AGENT } from './figure-groups.ts';
import { requireWhole } from './figures-window.ts';
import type { LocalGroups } from './local-groups.ts';
import { toParticipantId } from './rows.ts';
import type { StatsQuestion } from './stats-question.ts';

/** As many groups as one statement has place for. */
const EDGES_AT_ONCE = 2_000;
const QUARTER_MS = 900_000;

type Figures = Omit<MessageStat, '__typename' | 'group' | 'groupName' | 'startsAt'>;
type Kept = Pick<MessageStat, 'group' | 'groupName' | 'startsAt'> & { stats: ArchiveStats };

/**
 * Counts what archives have.
 *
 * @throws RequestError `BAD_USER_INPUT` when they lack a part of the window
 * @throws BudgetSpentError when the request's time is over
 */
export async function countKept(question: StatsQuestion, context: GatewayContext): Promise<MessageStat[]> {
  const { channels, span } = question.window;
  const found = await context.gateway.archives.read(
    { field: question.field, channels, sentAtGte: span.since, sentAtLt: span.until },
    async (kept) => {
      await requireWhole(kept, span);
      return readGroups(question, kept, context);
    },
    (groups) => groups.reduce((sum, { stats }) => sum + stats.messages, 0),
  );
  return found.map(({ stats, ...group }) => ({ ...group, ...toFigures(stats) }));
}

async function readGroups(
  { window: { channels, span }, grouping }: StatsQuestion,
  kept: KeptChannels,
  { gateway, requestBudget }: GatewayContext,
): Promise<Kept[]> {
  switch (grouping.by) {
    case 'TIME':
      return readTimes(span, grouping.groups, (part, by) => kept.figures.stats(part, by, requestBudget));
    case 'CHANNEL': {
      // Conversations and customers are told apart in a channel, which may have several sources.
      const whole: StatsGrouping = { by: 'TIME', edges: wholeQuarters(span) };
      const found: Kept[] = [];
      for (const name of channels) {
        const displayName = gateway.channels.get(name)?.displayName ?? null;
        const stats = await kept.only(name).figures.stats(span, whole, requestBudget);
        found.push(...stats.map((each) => toGroup(name, each, displayName)));
      }
      return found;
    }
    case 'DIRECTION':
    case 'KIND': {
      const found = await kept.figures.stats(span, { by: grouping.by }, requestBudget);
      return found.map((stats) => toGroup(nameOf(stats), stats));
    }
    case 'AGENT':
      return nameAgents(await kept.figures.stats(span, { by: 'AGENT' }, requestBudget), kept, gateway);
  }
}

async function readTimes(
  { since, until }: TimeSpan,
  groups: LocalGroups,
  read: (part: TimeSpan, by: StatsGrouping) => Promise<ArchiveStats[]>,
): Promise<Kept[]> {
  const found: Kept[] = [];
  for (let from = 0; from < groups.edges.length - 1; from += EDGES_AT_ONCE) {
    const edges = groups.edges.slice(from, from + EDGES_AT_ONCE + 1);
    const part = { since: Math.max(since, edges[0] ?? since), until: Math.min(until, edges.at(-1) ?? until) };
    for (const stats of await read(part, { by: 'TIME', edges })) {
      const { label, since: startsAt } = groups.at(stats.firstAt);
      found.push({ ...toGroup(label, stats), startsAt });
    }
  }
  return found;
}

async function nameAgents(
  found: readonly ArchiveStats[],
  kept: KeptChannels,
  gateway: Gateway,
): Promise<Kept[]> {
  const agents = found.map(({ group }): ChannelParticipant | null => {
    if (group.by !== 'AGENT' || !group.agent) return null;
    const { account, role, nativeId } = group.agent;
    return { channel: kept.channelOf(account), role, nativeId };
  });
  const known = agents.filter((agent) => agent !== null);
  const names = await kept.namesOf(known);
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
