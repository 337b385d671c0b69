import type { PushReceiver } from './push-receiver.ts';
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

export type Order = 'ASC' | 'DESC';

/** What the caller asks for, in the words of the records. Sources may use any of it to ask the provider for less. */
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
  /** Messages without text are not wanted. */
  needsText: boolean;
}

/** One walk over a timeline, the same for all its pages (but see `newest`). */
export interface Walk {
  /** Direction in which messages are now being read. */
  order: Order;
  /** Unix ms, inclusive: older messages are not wanted. */
  oldest: number;
  /** Unix ms, inclusive: newer messages are not wanted. Fixed for a DESC walk, the present for an ASC one. */
  newest: number;
  /** Unix ms: when the walk's first page was asked for. Pages that were fetched since are good enough for it. */
  asOf: number;
  filter: SourceFilter;
}

/**
 * A gap between two messages of one source, as kept in cursors.
 *
 * `page` is the provider's native position (a window, a LastMsgKey, a range); it means the same in both orders.
 * In that page, everything up to and including the message `passed` lies behind, seen in direction `order`;
 * with `passed: null` nothing of the page does. Read with the other order, "behind" and "ahead" change places,
 * and `passed` itself then lies ahead, unless `isPassedExcluded` (it is the edge that the cursor belongs to).
 */
export interface SourcePosition {
  order: Order;
  page: JsonValue;
  passed: string | null;
  isPassedExcluded: boolean;
  /**
   * Unix ms: no message ahead is newer (DESC) or older (ASC) than this. Null when not known, as after a turn.
   * It lets the timeline wait with reading a source until the merge gets there.
   */
  watermark: number | null;
}

/**
 * Why nothing older is ahead.
 * - `BEGINNING`: nothing was sent before.
 * - `EXPIRED`: what was sent before, the provider does not list any more.
 * - `BOUND`: nothing older is asked for, by the request or by the channel's configuration.
 */
export type EndReason = 'BEGINNING' | 'EXPIRED' | 'BOUND';

/** What one read brought. */
export interface Slice {
  /** The native position that `messages` came from: with one of their sequences it makes a position after that message. */
  page: JsonValue;
  /** Messages ahead of the position, in the walk's order; may be empty though more follow. */
  messages: MessageRecord[];
  /** Where to go on after all of `messages`. */
  next: SourcePosition;
  /** Nothing more is ahead now. An ASC walk may read on from `next` later, when newer messages have come. */
  isEnd: boolean;
  /** The provider says that there is more where `messages` come from, and does not list it. Left out: it does not. */
  isIncomplete?: boolean;
  /** Of an end in DESC order; left out: `BOUND`. */
  endReason?: EndReason;
}

/** What a request allows its upstream calls. One per channel and request. */
export interface CallBudget {
  /** Unix ms: when the request arrived. An answer fetched since shows everything that this caller may expect to see. */
  arrivedAt: number;
  /** Whether the request's time is up. */
  readonly isOver: boolean;
  /** Monotonic: no answer is waited for longer. */
  readonly deadline: number;
  /** Who asks: callers take turns in the quota of an account. */
  readonly caller: string;
  /** Broken off when the request has given the provider up. */
  readonly signal: AbortSignal;
  /** Waits for a call's turn in the account's quota, which is not the provider's fault. */
  whileQueued<T>(turn: Promise<T>): Promise<T>;
  /** A call leaves, and is counted. @throws BudgetSpentError when the request has no calls or time left. */
  spend(): void;
}

/** One ordered stream of messages: a channel, or one official account of it. */
export interface MessageSource {
  /** Unique in the gateway and the same after a restart: cursors keep positions under it. */
  readonly id: string;
  readonly channel: string;
  /** The first position of a walk. No I/O. */
  start(walk: Walk): SourcePosition;
  /**
   * Reads on from a position with as few calls as bring some messages (usually one), and never breaks a provider's rule.
   * Equal reads cost nothing while the page store holds their pages.
   * Whatever the walk's bounds and filter exclude may still be among the messages: the timeline drops it.
   *
   * @throws UpstreamError when the provider fails; the position stays good.
   * @throws PositionError when the position is not one of this source's.
   * @throws BudgetSpentError when `budget` has no calls left; calls made until then are kept in the page store.
   */
  read(position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice>;
}

export interface ChannelCapabilities {
  /** Null: the provider promises none. */
  nativeOrder: Order | null;
  maxNativePageSize: number;
  nativeTimeFilter: boolean;
  /** Null: not published. */
  retentionDays: number | null;
  disclosesText: boolean;
  providesMessageIds: boolean;
  pushes: boolean;
}

/** For a provider that forgets: what it has must be fetched in time, whether or not anybody reads. */
export interface KeepUp {
  /**
   * Fetches all that the provider has and the channel has not. What has come is kept, also when it throws.
   *
   * @throws UpstreamError
   * @throws BudgetSpentError when there is more than `budget` has calls or time for
   */
  pull(budget: CallBudget): Promise<void>;
  /** How long ago all that the provider had then was fetched; null: that has never been so. */
  ageMs(): number | null;
}

/** One configured account at a provider. */
export interface ChatChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider: Provider;
  readonly capabilities: ChannelCapabilities;
  /** Where the provider pushes news to; null where it does not, or where that is not configured. */
  readonly push: PushReceiver | null;
  /** Null where the provider keeps its history, so that reading it can wait until somebody asks. */
  readonly keepUp: KeepUp | null;
  /** The sources that may hold messages for this filter; none when the filter rules the whole channel out. */
  sourcesFor(filter: SourceFilter): MessageSource[];
  /** Unix ms of the oldest message that a walk can reach; null when not known. */
  earliestReachableAt(now: number): number | null;
  /** Finds a message again by `MessageRecord.key`. @returns null when the provider no longer lists it. */
  findMessage(key: string, budget: CallBudget): Promise<MessageRecord | null>;
  /** @returns null when the key is not one of this channel's. No I/O: titles and members may be null. */
  toConversation(key: string): ConversationRecord | null;
  /**
   * Whom a native id stands for when it is all that is known: with the spelling and the role that messages show, as far as
   * the id tells them. What it does not tell apart from a customer is a customer. No I/O: nobody knows whether they exist.
   */
  toParticipant(nativeId: string): ParticipantRecord;
  /**
   * What only this provider tells of one of its messages, as it is known now, under the names that its GraphQL type has.
   * Plain JSON, times in RFC 3339. No calls.
   */
  ownFieldsOf(message: MessageRecord): Record<string, JsonValue>;
  /** Asks the provider for one page, past every cache. @throws UpstreamError with advice. */
  check(budget: CallBudget): Promise<void>;
  close(): Promise<void>;
}
