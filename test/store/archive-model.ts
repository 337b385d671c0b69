import type {
  ArchiveEntry,
  ArchiveStats,
  ArchivedEntry,
  ConversationQuery,
  KeptConversation,
  KeptParticipant,
  Move,
  NearestQuery,
  ParticipantKey,
  ParticipantQuery,
  StatsGroup,
  StatsGrouping,
  TimeSpan,
} from '../../src/store/store.ts';

/** A message as the model of an archive has it. */
export interface ModelMessage extends ArchiveEntry {
  source: string;
  account: string;
  delistedAt: number | null;
}

const MAX_AWAITING = 100;

export function toArchived({ sequence, sentAt, record, delistedAt }: ModelMessage): ArchivedEntry {
  return { sequence, sentAt, record, delistedAt };
}

/** Oldest first. */
export function inOrder<T extends Pick<ModelMessage, 'sentAt' | 'source' | 'sequence'>>(
  messages: readonly T[],
): T[] {
  const toKey = ({ source, sequence }: T): string => `${source} ${sequence}`;
  return messages.toSorted((a, b) => a.sentAt - b.sentAt || (toKey(a) < toKey(b) ? -1 : 1));
}

export function isIn(moment: number, span: TimeSpan): boolean {
  return moment >= span.since && moment < span.until;
}

function isSame(one: ParticipantKey, other: ParticipantKey): boolean {
  return one.role === other.role && one.nativeId === other.nativeId;
}

/** What `conversations` finds, in no order, without positions. */
export function foldConversations(
  messages: readonly ModelMessage[],
  query: Pick<ConversationQuery, 'kinds' | 'isAwaitingReply' | 'participant' | 'lastMessageAt' | 'keys'>,
): Omit<KeptConversation, 'position'>[] {
  const groups = Map.groupBy(
    inOrder(messages),
    ({ source, conversation }) => `${source} ${conversation.key}`,
  );
  return [...groups.values()].flatMap((all) => {
    const [first, last] = [all[0], all.at(-1)];
    if (!first || !last) return [];
    const answered = all.findLastIndex(({ direction }) => direction === 'OUTBOUND');
    const asked = all.slice(answered + 1).filter(({ direction }) => direction === 'INBOUND');
    const [oldest] = asked;
    const { kinds, isAwaitingReply, participant, lastMessageAt, keys } = query;
    const isWanted =
      (kinds?.includes(last.conversation.kind) ?? true) &&
      (isAwaitingReply === undefined || isAwaitingReply === asked.length > 0) &&
      (!participant ||
        all.some(({ participants }) => participants.some((one) => isSame(one, participant)))) &&
      (!lastMessageAt || isIn(last.sentAt, lastMessageAt)) &&
      (keys?.includes(last.conversation.key) ?? true);
    if (!isWanted) return [];
    return {
      source: last.source,
      key: last.conversation.key,
      kind: last.conversation.kind,
      firstAt: first.sentAt,
      lastAt: last.sentAt,
      messages: all.length,
      lastMessage: toArchived(last),
      awaiting: oldest
        ? {
            since: oldest.sentAt,
            messages: Math.min(asked.length, MAX_AWAITING),
            isAtLeast: asked.length > MAX_AWAITING,
          }
        : null,
    };
  });
}

/** What `participants` finds, in no order, without positions. Newest messages are all that are of one moment. */
export function foldParticipants(
  messages: readonly ModelMessage[],
  { roles, keys, conversation }: Pick<ParticipantQuery, 'roles' | 'keys' | 'conversation'>,
): (Omit<KeptParticipant, 'position' | 'lastMessage'> & { newest: ArchivedEntry[] })[] {
  const own = messages.filter(
    (message) =>
      !conversation ||
      (message.source === conversation.source && message.conversation.key === conversation.key),
  );
  const seen = own.flatMap((message) =>
    message.participants.map((participant) => ({ message, participant })),
  );
  const groups = Map.groupBy(
    seen,
    ({ message, participant }) => `${message.account} ${participant.role} ${participant.nativeId}`,
  );
  return [...groups.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const { participant } = first;
    if (roles && !roles.includes(participant.role)) return [];
    if (keys && !keys.some((key) => isSame(key, participant))) return [];
    const moments = all.map(({ message }) => message.sentAt);
    const lastAt = Math.max(...moments);
    return {
      ...participant,
      account: first.message.account,
      firstAt: Math.min(...moments),
      lastAt,
      messages: all.length,
      newest: all
        .filter(({ message }) => message.sentAt === lastAt)
        .map(({ message }) => toArchived(message)),
    };
  });
}

/** What `stats` finds, in no order. */
export function foldStats(
  messages: readonly ModelMessage[],
  span: TimeSpan,
  grouping: StatsGrouping,
): ArchiveStats[] {
  const own = messages.filter(({ sentAt }) => isIn(sentAt, span));
  const groups = Map.groupBy(own, (message) => JSON.stringify(toGroup(message, grouping)));
  return [...groups.values()].flatMap((all) => {
    const group = all[0] ? toGroup(all[0], grouping) : null;
    const countOf = (direction: string): number => all.filter((each) => each.direction === direction).length;
    return group === null
      ? []
      : {
          group,
          messages: all.length,
          inbound: countOf('INBOUND'),
          outbound: countOf('OUTBOUND'),
          conversations: new Set(all.map(({ source, conversation }) => `${source} ${conversation.key}`)).size,
          customers: new Set(
            all.flatMap(({ account, customer }) => (customer ? `${account} ${customer.nativeId}` : [])),
          ).size,
          firstAt: Math.min(...all.map(({ sentAt }) => sentAt)),
          lastAt: Math.max(...all.map(({ sentAt }) => sentAt)),
        };
  });
}

function toGroup(message: ModelMessage, grouping: StatsGrouping): StatsGroup | null {
  const { direction, kind, agent, account, source, sentAt } = message;
  switch (grouping.by) {
    case 'TIME': {
      const index = grouping.edges.findLastIndex((edge) => edge <= sentAt);
      const [since, until] = [grouping.edges[index], grouping.edges[index + 1]];
      return since === undefined || until === undefined ? null : { by: 'TIME', since, until };
    }
    case 'DIRECTION':
      return { by: 'DIRECTION', direction };
    case 'KIND':
      return { by: 'KIND', kind };
    case 'AGENT':
      return {
        by: 'AGENT',
        agent: agent && { account, role: agent.role, nativeId: agent.nativeId },
      };
    case 'SOURCE':
      return { by: 'SOURCE', source };
  }
}

export function toMove({ source, conversation, direction, sentAt, agent }: ModelMessage): Move {
  return { conversation: { source, key: conversation.key }, direction, sentAt, agent };
}

/** What `nearestMoves` finds, in no order. */
export function findNearest(
  messages: readonly ModelMessage[],
  { conversations, side, moment, directions }: NearestQuery,
): Move[] {
  return conversations.flatMap(({ source, key }) => {
    const own = inOrder(messages).filter(
      (message) =>
        message.source === source &&
        message.conversation.key === key &&
        directions.includes(message.direction) &&
        (side === 'BEFORE' ? message.sentAt < moment : message.sentAt >= moment),
    );
    const nearest = side === 'BEFORE' ? own.at(-1) : own[0];
    return nearest ? toMove(nearest) : [];
  });
}

/** All pages of a query, each after the last one of the page before. */
export async function readPages<T extends { position: P }, P>(
  read: (after: P | null) => Promise<T[]>,
  limit: number,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await read(all.at(-1)?.position ?? null);
    all.push(...page);
    if (page.length < limit) return all;
  }
}
