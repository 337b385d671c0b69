import { RequestError } from '../errors/request-error.ts';
import type { ChannelParticipant, KeptChannels, MovePosition, TimeSpan } from '../gateway/archive-reader.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { Turns, type Turn } from '../gateway/turns.ts';
import type { QueryResponseStatsArgs, ResponseStat } from '../generated/resolvers.ts';
import { compareGroups, NO_AGENT } from './figure-groups.ts';
import { requireArchives, requireWhole, toFiguresWindow } from './figures-window.ts';
import { toLocalGroups, toZone } from './local-groups.ts';
import { ResponseAggregate } from './response-aggregate.ts';
import { toParticipantId } from './rows.ts';

/** Moves, or conversations, at once: a slice is over within milliseconds. */
const SLICE_SIZE = 2_000;

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
 * @throws RequestError `QUERY_TOO_COMPLEX` when the request's time is over before all was read: never partial figures
 */
export async function readResponseStats(
  args: Partial<QueryResponseStatsArgs>,
  context: GatewayContext,
  field = 'Query.responseStats',
): Promise<ResponseStat[]> {
  const { channels, span } = toFiguresWindow(args, context);
  const toGroup = toGrouping(args, span);
  requireArchives(channels, context.gateway);
  const groups = await context.gateway.archives.read(
    { field, channels, sentAtGte: span.since, sentAtLt: span.until },
    async (kept) => {
      await requireWhole(kept, span);
      return withNames(await readGroups(kept, span, toGroup, context), kept);
    },
    (found) => found.reduce((sum, { aggregate }) => sum + aggregate.turns, 0),
  );
  return groups
    .map(({ group, startsAt, agent, name, aggregate }) => {
      const [medianSeconds = null, p90Seconds = null] = aggregate.secondsWithin(0.5, 0.9);
      const { turns, answered, conversations } = aggregate;
      const channelName = context.gateway.channels.get(group)?.displayName ?? null;
      return {
        group: agent ? toParticipantId(agent, context.gateway) : group,
        groupName: agent ? name : args.groupBy === 'CHANNEL' ? channelName : null,
        startsAt,
        turns,
        answered,
        unanswered: turns - answered,
        medianSeconds,
        p90Seconds,
        conversations,
      };
    })
    .sort(compareGroups);
}

type ToGroup = (turn: Turn, kept: KeptChannels) => Omit<Group, 'aggregate'>;

function toGrouping({ groupBy, timeZone }: Partial<QueryResponseStatsArgs>, span: TimeSpan): ToGroup {
  const by = groupBy ?? 'DAY';
  const zone = toZone(timeZone);
  if (by === 'CHANNEL')
    return ({ conversation }, kept) => ({
      group: kept.channelOf(conversation.source),
      startsAt: null,
      agent: null,
    });
  if (by === 'AGENT')
    return ({ conversation, agent }, kept) => {
      if (!agent) return { group: NO_AGENT, startsAt: null, agent };
      const channel = kept.channelOf(conversation.source);
      const group = `${channel} ${agent.role} ${agent.nativeId}`;
      return { group, startsAt: null, agent: { channel, role: agent.role, nativeId: agent.nativeId } };
    };
  const groups = toLocalGroups(span, by, zone);
  return ({ beganAt }) => {
    const { label, since } = groups.at(beganAt);
    return { group: label, startsAt: since, agent: null };
  };
}

async function withNames(
  groups: readonly Group[],
  kept: KeptChannels,
): Promise<(Group & { name: string | null })[]> {
  const agents = groups.flatMap(({ agent }) => agent ?? []);
  const names = await kept.namesOf(agents);
  const nameOf = new Map(agents.map((agent, index) => [agent, names[index] ?? null]));
  return groups.map((group) => ({ ...group, name: (group.agent && nameOf.get(group.agent)) ?? null }));
}

async function readGroups(
  kept: KeptChannels,
  span: TimeSpan,
  toGroup: ToGroup,
  context: GatewayContext,
): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for await (const turn of readTurns(kept, span, context)) {
    const { group, ...rest } = toGroup(turn, kept);
    const own = groups.get(group) ?? { group, ...rest, aggregate: new ResponseAggregate() };
    groups.set(group, own);
    const { conversation, beganAt, answeredAt } = turn;
    own.aggregate.add(
      JSON.stringify([conversation.source, conversation.key]),
      answeredAt && answeredAt - beganAt,
    );
  }
  return [...groups.values()];
}

/** The turns that begin in the window, in no order. */
async function* readTurns(
  kept: KeptChannels,
  span: TimeSpan,
  { requestBudget }: GatewayContext,
): AsyncGenerator<Turn> {
  const turns = new Turns();
  const nextSlice = async (): Promise<void> => {
    if (requestBudget.isOver) throw tooLong();
    await requestBudget.yieldToEventLoop();
  };
  for (let after: MovePosition | null = null; ;) {
    await nextSlice();
    const moves = await kept.moves(span, after, SLICE_SIZE);
    const unknown = turns.unknownIn(moves);
    const before = { side: 'BEFORE', moment: span.since, directions: ['INBOUND', 'OUTBOUND'] } as const;
    turns.learn(unknown, await kept.nearestMoves({ ...before, conversations: unknown }));
    for (const move of moves) {
      const turn = turns.add(move);
      if (turn) yield turn;
    }
    after = moves.at(-1)?.position ?? null;
    if (moves.length < SLICE_SIZE) break;
  }
  const waiting = turns.waiting();
  const answers = [];
  for (let from = 0; from < waiting.length; from += SLICE_SIZE) {
    await nextSlice();
    const behind = { side: 'SINCE', moment: span.until, directions: ['OUTBOUND'] } as const;
    const some = waiting.slice(from, from + SLICE_SIZE);
    answers.push(...(await kept.nearestMoves({ ...behind, conversations: some })));
  }
  yield* turns.end(answers);
}

function tooLong(): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    'One request could not read all messages of this time range. Narrow it with "since" and "until", or to one "channel".',
  );
}
