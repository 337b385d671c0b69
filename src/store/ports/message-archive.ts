import type {
  ConversationKind,
  MessageDirection,
  MessageKind,
  ParticipantRecord,
} from '../../domain/records.ts';
import type { Fence } from './leases.ts';

/** Names a participant in the account of its channel. */
export type ParticipantKey = Pick<ParticipantRecord, 'role' | 'nativeId'>;

/** In Unix ms; `until` is excluded. */
export interface TimeSpan {
  since: number;
  until: number;
}

/** A message as the archive keeps it. */
export interface ArchiveEntry {
  /** As `MessageRecord.key`: unique in the source. */
  key: string;
  /** As `MessageRecord.sequence`: unique in the source, and ascending with `sentAt`. */
  sequence: string;
  /** Unix ms. */
  sentAt: number;
  /** By what it is found, such as its conversation, people, kind and words; each at most once. */
  terms: readonly string[];
  /** Its key is unique in the source. */
  conversation: { key: string; kind: ConversationKind };
  /** The sender and the recipients, each once. */
  participants: readonly ParticipantKey[];
  direction: MessageDirection;
  kind: MessageKind;
  /** Of the participants, the customer by whom the message is counted. */
  customer: ParticipantKey | null;
  /** Of the participants, the agent by whom the message is counted. */
  agent: ParticipantKey | null;
  /** JSON. What tells something else under the same key, by `isSameRecord`, is a new version. */
  record: string;
}

/** What one read of a source brought, kept as a whole or not at all. */
export interface ArchivePage {
  /** In any order. One that is there already, with a record that tells the same, stays as it is. */
  entries: readonly ArchiveEntry[];
  /**
   * By key, the records that entries are kept in place of, as `find` gives them: an entry with another key is not kept, nor is one of
   * which another record is kept by now. Left out: all are kept.
   */
  replaces?: ReadonlyMap<string, string>;
  /** Kept keys that the source no longer lists. Their messages stay, and are known to be delisted. */
  delisted: readonly string[];
  /** Unix ms: when it was read. */
  readAt: number;
  /** In this span the archive now has every message that the source lists. Null: nothing is known to be complete. */
  covers: TimeSpan | null;
  /** In this span something was missing: it is not complete any more, before `covers` counts. Left out: none. */
  uncovers?: TimeSpan;
  /** How far a job of this name has come: its next position as JSON, or null when it is done. */
  progress: { job: string; position: string | null } | null;
}

export interface KeptPage {
  /** Messages that were not kept before. */
  added: number;
  /** Messages with another record than before. */
  revised: number;
}

export interface ArchiveQuery {
  order: 'ASC' | 'DESC';
  /** Which moments are read. */
  span: TimeSpan;
  /**
   * Null: from the span's beginning in this order; else after the message with this sequence, which may be gone. What lies
   * between the span's beginning and that message is passed over: to be fast, the span begins at its moment.
   */
  after: string | null;
  /** Each list must be met by one of its terms; none: every message. */
  terms: readonly (readonly string[])[];
  limit: number;
}

export interface ArchivedEntry {
  /** As kept last, or, when another message has come into its place since, one directly after that. */
  sequence: string;
  sentAt: number;
  /** JSON, in its newest version. */
  record: string;
  /** Unix ms: since when the source no longer lists it; null while it does. */
  delistedAt: number | null;
}

/** What a message was before its record changed. */
export interface ArchiveRevision {
  /** JSON. */
  record: string;
  /** Unix ms: when the source was read that listed another record. */
  replacedAt: number;
}

/** The messages of one source, kept as long as the gateway likes. */
export interface MessageArchive {
  /** Another one when the archive may hold something else than before, whatever process has written it. Of this source alone. */
  version(): Promise<string>;
  /** The number of the last change of a message that is kept: each change after it gets a greater one. */
  lastChange(): Promise<number>;
  /** @returns keys of messages in a span that were kept or changed after the change with this number */
  changedIn(span: TimeSpan, lastChange: number): Promise<string[]>;
  /** @throws LostLeaseError, and nothing is written */
  keep(page: ArchivePage, fence?: Fence): Promise<KeptPage>;
  /**
   * Takes messages away, with their earlier versions and terms, and all that was derived from them. What is covered stays so.
   *
   * @param keys of messages that may be kept or not
   * @returns how many of them were there, and are there no more
   * @throws LostLeaseError, and nothing is taken away
   */
  remove(keys: readonly string[], fence?: Fence): Promise<number>;
  /**
   * Puts messages in the place of those with their keys, as if they had never been different: without earlier versions, also in what
   * was derived from them. A delisted one stays so.
   *
   * @param readAt Unix ms
   * @throws LostLeaseError, and nothing is written
   */
  replace(entries: readonly ArchiveEntry[], readAt: number, fence?: Fence): Promise<void>;
  /** @returns at most `limit` messages in that order */
  read(query: ArchiveQuery): Promise<ArchivedEntry[]>;
  /**
   * The part of the query's span, from its beginning in this order, in which messages with several terms are found in little time, however few
   * there are. To go on, narrow what is left.
   */
  narrow(query: Pick<ArchiveQuery, 'order' | 'span' | 'terms'>): Promise<TimeSpan>;
  find(key: string): Promise<ArchivedEntry | null>;
  /** @returns when the message in this place was sent, in Unix ms; null: none is kept there. As fast wherever the place is */
  momentOf(sequence: string): Promise<number | null>;
  /** The versions before the newest, oldest first. */
  revisions(key: string): Promise<ArchiveRevision[]>;
  /** How many messages are kept, delisted ones too. */
  count(): Promise<number>;
  /** Spans that touch or overlap are one; oldest first. */
  coverage(): Promise<TimeSpan[]>;
  /** The position that a job stored last; null: none, or it is done. */
  progress(job: string): Promise<string | null>;
  /** The same of all jobs that have one, by name. */
  positions(): Promise<Map<string, string>>;
}
