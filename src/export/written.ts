import type { MessageRecord } from '../domain/records.ts';

/** What there is to write when a page of messages has been read. */
export interface WrittenPage {
  /** May be empty. */
  bytes: Buffer;
  /** How many of all messages so far these bytes and earlier ones do not have yet; 0 after the last page. */
  pending: number;
  /** What the end of the file needs to know of these bytes; see `Checkpoint.groups`. */
  groups: readonly string[];
}

/** Writes messages page by page. All bytes together do not depend on where pages end. */
export interface FormatWriter {
  /** @param isLast nothing follows, so the bytes end the file */
  readonly write: (messages: readonly MessageRecord[], isLast: boolean) => Promise<WrittenPage>;
}

/** What is written already. */
export interface WrittenState {
  bytes: number;
  groups: readonly string[];
}
