import type { LiveEvent, NewEvent } from '../../domain/events.ts';
import type { CredentialUse, PushedItem } from '../../domain/push.ts';
import type { JsonValue, MessageRecord } from '../../domain/records.ts';
import type { Fence, Leases } from './leases.ts';
import type { TailMarks } from './tail-marks.ts';

/** How many items may wait to be processed: beyond that, deliveries get 503. */
export interface InboxLimits {
  maxInboxItems: number;
  maxChannelInboxItems: number;
}

export interface LiveStore {
  readonly events: EventLog;
  readonly inbox: Inbox;
  readonly tails: TailMarks;
  readonly leases: Leases;
}

/**
 * The published events in order, kept for subscribers that reconnect. A message is published once, however often it
 * arrives, and so is each of its statuses.
 */
export interface EventLog {
  /** Identifies this log: a cursor of another log is invalid here. */
  readonly name: string;
  /** @returns events after this id, in order */
  read(afterId: number, limit: number): Promise<LiveEvent[]>;
  bounds(): Promise<EventBounds>;
  /** A published message, by its key. */
  findMessage(channel: string, key: string): Promise<MessageRecord | null>;
  /**
   * Unix ms: up to here the log no longer knows whether a message was published, which is checked before one is; 0:
   * nothing is pruned.
   */
  forgottenBefore(): Promise<number>;
  /**
   * Puts something else in the place of events, or nothing. Their ids are not given again.
   *
   * @param change of each event of the channel: the same one when it is to stay, null when it is to go
   * @returns how many it has changed
   */
  rewrite(channel: string, change: (event: LiveEvent) => NewEvent | null): Promise<number>;
  /** @param before Unix ms: events published earlier are pruned */
  prune(before: number): Promise<void>;
  /** @param listener called once new events can be read. @returns stops listening */
  onAppend(listener: () => void): () => void;
}

/** The log has every event after `prunedUpTo`, up to `lastId`. */
export interface EventBounds {
  prunedUpTo: number;
  /** The id of the newest event ever; 0 before the first. */
  lastId: number;
}

export interface InboxItem {
  id: number;
  payload: JsonValue;
}

/** `FULL`: the provider may retry. `MISUSED`: its credential has come with too many other bodies. */
export type Acceptance = 'KEPT' | 'FULL' | 'MISUSED';

/** The waiting items of one channel. */
export interface Backlog {
  channel: string;
  count: number;
  /** Unix ms. */
  oldestAt: number;
}

/** What providers have pushed, written before the gateway answers. */
export interface Inbox {
  /**
   * Stores the items of one delivery, all or none; items that are stored already are repetitions.
   *
   * @param now Unix ms
   * @param use of a credential that may authenticate only a few bodies
   * @returns once they are on disk: they survive a crash at any moment, and a power cut
   * @throws Error when they could not be stored; nothing of them is then
   */
  accept(
    channel: string,
    items: readonly PushedItem[],
    now: number,
    use?: CredentialUse,
  ): Promise<Acceptance>;
  /** @param listener called when there may be new items that another process has accepted. @returns stops listening */
  onForeignArrival(channel: string, listener: () => void): () => void;
  /** Of the first and the last of the items that wait to be processed; null: none waits. Later items have greater ids. */
  waitingIds(channel: string): Promise<{ oldest: number; newest: number } | null>;
  /** Items that wait to be processed, in the order of arrival. */
  waiting(channel: string, limit: number): Promise<InboxItem[]>;
  /**
   * Publishes what items bring and marks them processed, both or neither.
   *
   * @param now Unix ms
   * @throws LostLeaseError
   */
  finish(ids: readonly number[], events: readonly NewEvent[], now: number, fence?: Fence): Promise<void>;
  /** Of each channel that has waiting items. */
  backlog(): Promise<Backlog[]>;
  /** @param before Unix ms: must lie further back than any provider retries a delivery */
  prune(before: number): Promise<void>;
  /**
   * Takes items away, whether they wait or were processed. @param isErased asked of each; without a payload once it was processed
   *
   * @returns how many it took away
   */
  erase(channel: string, isErased: (key: string, payload: JsonValue) => boolean): Promise<number>;
}
