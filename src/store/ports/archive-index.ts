import type {
  ConversationKind,
  MessageDirection,
  MessageKind,
  ParticipantRole,
} from '../../domain/records.ts';
import type { ArchivedEntry, ParticipantKey, TimeSpan } from './message-archive.ts';

export interface ConversationKey {
  /** As for `ProviderStores.messageArchive`. */
  source: string;
  /** As `ConversationRecord.key`. */
  key: string;
}

/** Where a conversation stands in an order: the value by which it is sorted, and what tells equal ones apart. */
export interface IndexPosition {
  value: number;
  id: number;
}

export interface ConversationQuery {
  by: 'LAST_MESSAGE_AT' | 'FIRST_MESSAGE_AT' | 'MESSAGES';
  order: 'ASC' | 'DESC';
  /** Only what comes after it in this order; null: from the beginning. */
  after: IndexPosition | null;
  limit: number;
  /** Left out: all. */
  kinds?: readonly ConversationKind[];
  /** Whether the newest message that is inbound or outbound is inbound. Left out: all. */
  isAwaitingReply?: boolean;
  /** Only those with a message to or from this participant. */
  participant?: ParticipantKey;
  /** Of the newest message. */
  lastMessageAt?: TimeSpan;
  /** Only these. */
  keys?: readonly string[];
}

export interface KeptConversation extends ConversationKey {
  /** Its position in the order that was asked for. */
  position: IndexPosition;
  /** As of its newest message. */
  kind: ConversationKind;
  /** Unix ms. */
  firstAt: number;
  /** Unix ms. */
  lastAt: number;
  messages: number;
  /** The newest one, of which the conversation's record is. */
  lastMessage: ArchivedEntry;
  /** Null: it awaits no reply. */
  awaiting: AwaitingReply | null;
}

/** Inbound messages after the newest outbound one. Internal messages and those of the system neither ask nor answer. */
export interface AwaitingReply {
  /** Unix ms: the oldest of them. */
  since: number;
  messages: number;
  /** There are more, which were not counted. */
  isAtLeast: boolean;
}

export interface ParticipantQuery {
  /** Only what comes after it, newest first by their newest message; null: from the beginning. */
  after: IndexPosition | null;
  limit: number;
  /** Left out: all. */
  roles?: readonly ParticipantRole[];
  /** Only these. */
  keys?: readonly ParticipantKey[];
  /** Only of its messages. */
  conversation?: ConversationKey;
}

/** A participant in the messages of the sources, or of the conversation, that were asked for. */
export interface KeptParticipant extends ParticipantKey {
  /** In which it is one, as for `ProviderStores.messageArchive`. */
  account: string;
  position: IndexPosition;
  /** Unix ms. */
  firstAt: number;
  /** Unix ms. */
  lastAt: number;
  messages: number;
  /** The newest message to or from it, of which the participant's record is; of several at one moment any one. */
  lastMessage: ArchivedEntry;
}

/** By what messages are counted apart. `edges`: Unix ms, ascending, multiples of 15 minutes; a group is from one to the next. */
export type StatsGrouping =
  { by: 'TIME'; edges: readonly number[] } | { by: 'DIRECTION' | 'KIND' | 'AGENT' | 'SOURCE' };

export type StatsGroup =
  | { by: 'TIME'; since: number; until: number }
  | { by: 'DIRECTION'; direction: MessageDirection }
  | { by: 'KIND'; kind: MessageKind }
  | { by: 'AGENT'; agent: (ParticipantKey & { account: string }) | null }
  | { by: 'SOURCE'; source: string };

export interface ArchiveStats {
  group: StatsGroup;
  messages: number;
  inbound: number;
  outbound: number;
  /** Distinct ones, in all sources together. */
  conversations: number;
  /** Distinct ones, in all sources together. */
  customers: number;
  /** Unix ms. */
  firstAt: number;
  /** Unix ms. */
  lastAt: number;
}

/** A message as far as it is needed to know how fast a customer was answered. */
export interface Move {
  conversation: ConversationKey;
  direction: MessageDirection;
  /** Unix ms. */
  sentAt: number;
  agent: ParticipantKey | null;
}

/** Which move is the next one: they are in the order of time, then of source names, then of sequences. */
export interface MovePosition {
  sentAt: number;
  source: string;
  sequence: string;
}

export interface NearestQuery {
  /** Each at most once. */
  conversations: readonly ConversationKey[];
  /** `BEFORE`: the newest before the moment. `SINCE`: the oldest of that moment or later. */
  side: 'BEFORE' | 'SINCE';
  /** Unix ms. */
  moment: number;
  /** Only messages of these. */
  directions: readonly MessageDirection[];
}

export interface ChangedEntry extends ArchivedEntry {
  source: string;
  /** As `ArchiveEntry.key`. */
  key: string;
  /**
   * Grows in the order in which changes of messages were committed, over the whole store. A message that is kept, changed,
   * moved to another place or delisted gets a new one; one that is removed is not told.
   */
  archivedSeq: number;
}

/** Until when an answer is waited for. */
export interface ReadLimit {
  /** 0, or less: no longer. */
  readonly msLeft: number;
  /** Aborted when no one waits any more. Left out: it never is. */
  readonly signal?: AbortSignal;
}

/** Where counting stops. */
export interface CountLimit {
  messages: number;
  /** By `performance.now()`. */
  deadline: number;
}

/**
 * What is kept in all archives together, by what it is about. Messages that are delisted are among it. `sources`: names, as for
 * `ProviderStores.messageArchive`, each once; of one of which nothing is kept nothing is found.
 */
export interface ArchiveIndex {
  /** The names of all sources of which there are messages, whether or not any channel has them. */
  sources(): Promise<string[]>;
  /** The same for one request: what reads on beyond its limit is ended in the engine. @returns what throws BudgetSpentError then */
  within(limit: ReadLimit): ArchiveIndex;
  /** @returns in the order that was asked for, at most `limit`; those with one key in `keys` are of several sources */
  conversations(sources: readonly string[], query: ConversationQuery): Promise<KeptConversation[]>;
  /** @returns the one with the newest message first, at most `limit` */
  participants(sources: readonly string[], query: ParticipantQuery): Promise<KeptParticipant[]>;
  /** @returns a group only where there are messages, by time oldest first, else in no order */
  stats(sources: readonly string[], span: TimeSpan, grouping: StatsGrouping): Promise<ArchiveStats[]>;
  /** @returns at most `limit`, oldest first */
  moves(
    sources: readonly string[],
    span: TimeSpan,
    after: MovePosition | null,
    limit: number,
  ): Promise<(Move & { position: MovePosition })[]>;
  /** @returns of each conversation at most one, in no order */
  nearestMoves(query: NearestQuery): Promise<Move[]>;
  /** @returns in the order of `archivedSeq`, at most `limit` of those after this one */
  changedSince(sources: readonly string[], archivedSeq: number, limit: number): Promise<ChangedEntry[]>;
  /** @param terms as `ArchiveQuery.terms`. @returns null when there are more than the limit, or counting takes too long */
  count(
    sources: readonly string[],
    span: TimeSpan,
    terms: readonly (readonly string[])[],
    limit: CountLimit,
  ): Promise<number | null>;
}
