import type { CallBudget } from './call-budget.ts';
import type { PushReceiver } from './push-receiver.ts';
import type { DeliveryStatus } from '../domain/delivery.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import type {
  ConversationKind,
  ConversationRecord,
  JsonValue,
  MessageAvailability,
  MessageDirection,
  MessageKind,
  MessageRecord,
  ParticipantRecord,
  Provider,
} from '../domain/records.ts';
import type { Search } from '../domain/search.ts';
import type { TimeSpan } from '../store/store.ts';

export type { CallBudget } from './call-budget.ts';

export type Order = 'ASC' | 'DESC';

/** The caller's filter, in the terms of the records. Sources may use any of it to request less from the provider. */
export interface SourceFilter {
  /** `ConversationRecord.key` in this channel. */
  conversationKey: string | null;
  /** Sender or recipient. */
  participant: Pick<ParticipantRecord, 'role' | 'nativeId'> | null;
  directions: readonly MessageDirection[] | null;
  kinds: readonly MessageKind[] | null;
  availabilities?: readonly MessageAvailability[] | undefined;
  conversationKinds?: readonly ConversationKind[] | undefined;
  /** See `agentAccountsOf`. */
  agentAccounts?: readonly string[] | undefined;
  /** Selects only messages with text. */
  needsText: boolean;
  /** Words that a message's text must have, as its reader sees it, which may be another text than the record's. */
  search?: Search | undefined;
}

/** One walk over a timeline, the same for all its pages (but see `newest`). */
export interface Walk {
  /** The direction in which messages are being read. */
  order: Order;
  /** Unix ms, inclusive: the lower bound. */
  oldest: number;
  /** Unix ms, inclusive: the upper bound. Fixed for a DESC walk, the present for an ASC one. */
  newest: number;
  /** Unix ms: when the walk's first page was requested. Pages that were fetched since are fresh enough for it. */
  asOf: number;
  filter: SourceFilter;
  /** Only what an archive keeps is read, complete or not, without a call. Default: false. */
  isArchiveOnly?: boolean;
}

/**
 * A gap between two messages of one source, as stored in cursors.
 *
 * `page` is the provider's native position (a window, a LastMsgKey, a range); it means the same in both orders. In
 * that page, everything up to and including the message `passed` lies behind, seen in direction `order`; with
 * `passed: null` nothing of the page does. Read with the other order, "behind" and "ahead" change places, and
 * `passed` itself then lies ahead, unless `isPassedExcluded` (it is the edge that the cursor belongs to).
 */
export interface SourcePosition {
  order: Order;
  page: JsonValue;
  passed: string | null;
  isPassedExcluded: boolean;
  /**
   * The watermark, in Unix ms: no message ahead is newer (DESC) or older (ASC) than this. Null when not known, such
   * as after a change of direction. The timeline delays reading a source until the merge reaches it.
   */
  watermark: number | null;
}

/**
 * Why nothing older is ahead.
 * - `BEGINNING`: nothing was sent before.
 * - `EXPIRED`: the provider no longer lists what was sent before.
 * - `BOUND`: the request or the channel's configuration ends here.
 */
export type EndReason = 'BEGINNING' | 'EXPIRED' | 'BOUND';

/** The result of one read. */
export interface Slice {
  /** The native position of `messages`: with the sequence of one of them it makes a position after that message. */
  page: JsonValue;
  /** Messages ahead of the position, in the walk's order; may be empty although more follow. Shared: never change one. */
  messages: readonly MessageRecord[];
  /** Where to continue after all of `messages`. */
  next: SourcePosition;
  /** Nothing more is ahead now. An ASC walk may read on from `next` later, when newer messages have come. */
  isEnd: boolean;
  /** The provider says that it has more here than it lists. Default: false. */
  isIncomplete?: boolean;
  /** It was read without the provider, from what is kept. Default: false. */
  isArchived?: boolean;
  /** It was read from what is kept where that is not known to be complete. Default: false. */
  isUncovered?: boolean;
  /** Of an end in DESC order; default: `BOUND`. */
  endReason?: EndReason;
}

/** How many messages a read returns at most when its caller does not say. */
export const MAX_SLICE = 1_000;

/** What only webhooks tell of messages, and messages show. */
export interface ToldMessages {
  /** Whether the message may lack some of it. */
  isOpen(message: MessageRecord): boolean;
  /** The messages in their order, with what has been told by now; the same objects where nothing has. No calls. */
  complete(messages: readonly MessageRecord[]): Promise<readonly MessageRecord[]>;
  /** A message that may lack some of it, with what a former version of it has. */
  withFormer(message: MessageRecord, former: MessageRecord): MessageRecord;
}

/** One ordered stream of messages: a channel, or one official account of it. */
export interface MessageSource {
  /** Unique in the gateway and the same after a restart: cursors store positions under it. */
  readonly id: string;
  readonly channel: string;
  /** Left out: the provider lists all that its messages show. */
  readonly told?: ToldMessages;
  /**
   * The first position of a walk. No I/O.
   *
   * @param newer a message that this source has listed, sent a minute or more after all that the walk wants: it spares a
   * source that cannot look a time up the way from the newest message to there
   */
  start(walk: Walk, newer?: MessageRecord): SourcePosition;
  /**
   * Reads on from a position with as few calls as return some messages (usually one), and never breaks a provider's
   * rule. Equal reads cost nothing while the page store holds their pages. Messages outside of the walk's bounds and
   * filter may be included: the timeline drops them.
   *
   * @param limit how many messages the caller can use; a source may return more where it would have to read them again
   * @throws UpstreamError when the provider fails; the position stays valid.
   * @throws PositionError when the position is not one of this source's.
   * @throws BudgetSpentError when `budget` has no calls left; the pages of earlier calls are cached.
   */
  read(position: SourcePosition, walk: Walk, budget: CallBudget, limit?: number): Promise<Slice>;
}

export interface ChannelCapabilities {
  /** Null: the provider guarantees none. */
  nativeOrder: Order | null;
  maxNativePageSize: number;
  nativeTimeFilter: boolean;
  /** Null: not published. */
  retentionDays: number | null;
  disclosesText: boolean;
  providesMessageIds: boolean;
  pushes: boolean;
}

/** At once, where nothing has to be looked up. */
export type Awaitable<T> = T | Promise<T>;

/** For a provider that drops messages: the gateway must fetch them in time, with or without readers. */
export interface KeepUp {
  /**
   * Fetches all that the provider has and the channel does not. What has arrived is kept, also when it throws.
   *
   * @throws UpstreamError
   * @throws BudgetSpentError when there is more than `budget` has calls or time for
   */
  pull(budget: CallBudget): Promise<void>;
  /** How long ago the archive was complete; null: never yet. */
  ageMs(): Awaitable<number | null>;
}

/** Why an archive does not grow. */
export interface ArchiveFailure {
  /** Unix ms: when it failed first. */
  since: number;
  /** Of the error, such as `UPSTREAM_TIMEOUT`. */
  code: string;
}

/** What is kept of a channel. */
export interface ArchiveState {
  /** Unix ms, inclusive: nothing older is to be kept. */
  since: number;
  /** What is older than so many days is not kept; null: it is, for ever. */
  retentionDays: number | null;
  /** Of these everything is kept that the provider listed; oldest first. */
  coverage: TimeSpan[];
  /** What should be covered and is not yet; oldest first. */
  gaps: TimeSpan[];
  /** What the provider listed no more when it was to be kept: it will never be covered. Oldest first, apart. */
  expired: TimeSpan[];
  /** Whether the words of what is kept from now on are indexed. */
  isSearchable: boolean;
  /** How many are kept, also outside of what is covered. */
  messages: number;
  /** Unix ms: what was sent before, and listed by then, is kept, complete or not; null: never yet. */
  caughtUpAt: number | null;
  /** How long ago that was; 0 or more. */
  lagSeconds: number | null;
  /** Unix ms: what was sent before was read, or read again and compared, a week or more after it was sent; null: never yet. */
  verifiedUntil: number | null;
  /** Null: the last run went well. */
  failure: ArchiveFailure | null;
}

/** Whom to erase. */
export interface ErasedPerson extends Pick<ParticipantRecord, 'role' | 'nativeId'> {
  /** What is erased, of this person and of others who were erased before. */
  erased: ErasedPeople;
}

/** What is kept of a person, and what takes it away. */
export interface ErasedParts {
  /** How many rows, by table. */
  counts: Record<string, number>;
  /** How many messages stay, since they are held. */
  held: number;
  /** `MessageRecord.key` of messages that are erased. */
  keys: readonly string[];
  /** Those of them whose records do not tell who sent them; null: every record tells. */
  unnamedKeys: readonly string[] | null;
  /** Under which deliveries name messages. */
  ids: readonly string[];
  erase(): Promise<void>;
}

/** One configured account at a provider. */
export interface ChatChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider: Provider;
  /**
   * Names the account at the provider, as in what else is kept of it: begins with the provider, is the same after a restart, and
   * another one when the channel is configured for another account.
   */
  readonly account: string;
  /** The same wherever the provider is reached: what was erased of it stays so when that changes. */
  readonly tenant: string;
  readonly capabilities: ChannelCapabilities;
  /** Null if the provider has no webhooks, or they are not configured. */
  readonly push: PushReceiver | null;
  /** Null if the provider keeps its history, so that it can be read on demand. */
  readonly keepUp: KeepUp | null;
  /**
   * The sources that may hold messages for this filter; none when the filter excludes the whole channel. All messages of a
   * conversation are in one of them.
   */
  sourcesFor(filter: SourceFilter): MessageSource[];
  /** Unix ms of the oldest message that a walk can reach; null when not known. */
  earliestReachableAt(now: number): Awaitable<number | null>;
  /** Finds a message again by `MessageRecord.key`. @returns null when the provider no longer lists it. */
  findMessage(key: string, budget: CallBudget): Promise<MessageRecord | null>;
  /** @returns null when the key is not one of this channel's. No I/O: titles and members may be null. */
  toConversation(key: string): ConversationRecord | null;
  /**
   * The participant of a native id when nothing else is known: with the spelling and the role that messages show, as
   * far as the id tells them. By default it is a customer. No I/O: the participant may not exist.
   */
  toParticipant(nativeId: string): ParticipantRecord;
  /**
   * The current values of the fields that only this provider's messages have, under the names of its GraphQL type.
   * Plain JSON, times in RFC 3339. No calls.
   */
  ownFieldsOf(message: MessageRecord): Awaitable<Record<string, JsonValue>>;
  /** How far one of its messages got, in its latest state; null if the provider does not say. No calls. */
  deliveryStatusOf(message: MessageRecord): Awaitable<DeliveryStatus | null>;
  /** Fetches what the first call needs, such as an access token, unless it is there. Left out: it needs nothing. */
  prepare?(budget: CallBudget): Promise<void>;
  /** The names of its archives, as for the store's ports. Left out: nothing of it is kept. */
  readonly archiveNames?: readonly string[];
  /** Left out: nothing of it is kept. No calls. */
  archiveState?(): Promise<ArchiveState>;
  /**
   * What is kept of a person in tables that only this provider's channels have. Left out: nothing is.
   *
   * @param keys of further messages that are erased
   * @param held keys of messages that stay: what is kept of them stays, too
   */
  findErased?(
    person: ErasedPerson,
    keys: ReadonlySet<string>,
    held: ReadonlySet<string>,
  ): Promise<ErasedParts>;
  /** Requests one page from the provider, past every cache. @throws UpstreamError with advice. */
  check(budget: CallBudget): Promise<void>;
  close(): Promise<void>;
}
