import type { Fence, Lease } from './leases.ts';

/** A message's place in a stream: its second, and its rank among the messages of that second. */
export interface StreamPlace {
  /** Unix seconds. */
  sendTime: number;
  rank: number;
}

export interface StreamProgress {
  /** Null: nothing has been read yet. */
  cursor: string | null;
  /** Unix ms: every message that the provider had then is kept; 0: that moment has not come yet. */
  caughtUpAt: number;
  /** The provider has said that more follows after the kept messages. */
  isBehind: boolean;
}

export interface StreamEntry {
  msgId: string;
  sendTime: number;
  conversation: string;
  /** JSON. */
  record: string;
}

export interface StreamPage {
  /** In the order in which they get their ranks. Messages that are there already stay as they are. */
  entries: readonly StreamEntry[];
  /** From which it was read. */
  cursor: string | null;
  /** Null: the provider gave none, and the last one stays. */
  nextCursor: string | null;
  /** Unix ms as in `StreamProgress`; null when more follows. */
  caughtUpAt: number | null;
}

/** One stream of messages, kept for good. */
export interface MessageStream {
  /** Another one when the stream may hold more than before, whatever process has written it. */
  version(): Promise<string>;
  progress(): Promise<StreamProgress>;
  /**
   * Writes a page and how far it brings the stream, both or neither.
   *
   * @returns false, and nothing is written, when the stream no longer stands at `page.cursor`: another one has read on
   * @throws LostLeaseError
   */
  keep(page: StreamPage, fence?: Fence): Promise<boolean>;
  /** Does this while no other process does it with a stream of the same account. @throws as `Leases.take` */
  exclusively<T>(signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T>;
  /** @param bound excluded. @param conversation null: of all */
  places(
    order: 'ASC' | 'DESC',
    bound: StreamPlace,
    limit: number,
    conversation: string | null,
  ): Promise<StreamPlace[]>;
  placeOf(msgId: string): Promise<StreamPlace | null>;
  /** The messages in these places, as JSON, in their order. @throws Error when one is empty */
  records(places: readonly StreamPlace[]): Promise<string[]>;
  /**
   * Puts other records in the place of some, or nothing. Their places are not given again.
   *
   * @param change of each record, as JSON: the same text when it is to stay, null when its message is to go
   * @returns how many it has changed
   */
  rewrite(change: (record: string, place: StreamPlace) => string | null): Promise<number>;
  /** Unix seconds; null while the stream is empty. */
  oldest(): Promise<number | null>;
}
