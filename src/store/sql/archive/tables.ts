import type { SqlReader, SqlRow } from '../../sql.ts';
import type { TimeSpan } from '../../ports/message-archive.ts';

export interface StoredPlace {
  /** Unix ms. */
  sentAt: number;
  sequence: string;
}

/** A message as its columns take it. */
export interface StoredMessage extends StoredPlace {
  key: string;
  version: number;
  record: string | Uint8Array;
  /** As from `ToToken`. */
  tokens: readonly string[];
}

export interface StoredRevision {
  key: string;
  version: number;
  record: string | Uint8Array;
}

/** What a page changes in the tables of messages, to be written in this order. */
export interface ArchiveWrites {
  /** Unix ms: when the page was read. */
  readAt: number;
  /** Messages with the sequence that they get. */
  displaced: readonly { key: string; sequence: string }[];
  /** Keys. */
  delisted: readonly string[];
  /** Keys. Their rows go, and each is put again. */
  replaced: readonly string[];
  revised: readonly StoredRevision[];
  put: readonly StoredMessage[];
}

export interface StoredQuery {
  order: 'ASC' | 'DESC';
  /** Unix ms, whole. */
  span: TimeSpan;
  /** A stored sequence: only what comes after it in this order. */
  after: string | null;
  /** Each list is met by one of its tokens, and has at least one. */
  tokens: readonly (readonly string[])[];
  limit: number;
}

/** Rows of messages have the columns `key`, `sent_at`, `sequence`, `version`, `delisted_at` and `record`. */
export const MESSAGE_COLUMNS = ['key', 'sent_at', 'sequence', 'version', 'delisted_at', 'record'] as const;

/** How an engine stores the messages of an archive. */
export interface ArchiveTables {
  /** Called before a unit that puts messages of these moments. */
  prepare(moments: readonly number[]): Promise<void>;
  /** The rows that have one of the keys, or stand in one of the places; some may come twice. */
  find(
    sql: SqlReader,
    source: number,
    keys: readonly string[],
    places: readonly StoredPlace[],
  ): Promise<SqlRow[]>;
  write(tx: SqlReader, source: number, writes: ArchiveWrites): Promise<void>;
  /** By an index. @param sequence as it is stored. @returns at most one row, with `sent_at` */
  findMoment(source: number, sequence: string): Promise<SqlRow[]>;
  /** @returns rows in order, at most `limit` */
  read(source: number, query: StoredQuery): Promise<SqlRow[]>;
}
