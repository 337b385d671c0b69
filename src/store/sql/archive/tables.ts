import type { SqlReader, SqlRow } from '../../sql.ts';
import type { TimeSpan } from '../../ports/message-archive.ts';
import { FACT_COLUMNS, type StoredFacts } from './facts.ts';
import type { StoredPlace } from './stored-place.ts';

/** A message as its columns take it. */
export interface StoredMessage extends StoredPlace, StoredFacts {
  key: string;
  version: number;
  archivedSeq: number;
  record: string | Uint8Array;
  /** As from `ArchiveTables.toShown`. */
  shown: string | null;
  /** As from `ToToken`. */
  tokens: readonly string[];
}

export interface StoredRevision {
  key: string;
  version: number;
  record: string | Uint8Array;
}

export interface DisplacedMessage {
  key: string;
  /** That it gets. */
  sequence: string;
}

/** What a page changes in the tables of messages, to be written in this order. */
export interface ArchiveWrites {
  /** Unix ms: when the page was read. */
  readAt: number;
  /** Messages that have been displaced. */
  displaced: readonly { key: string; archivedSeq: number }[];
  delisted: readonly { key: string; archivedSeq: number }[];
  /** Keys. Their rows go, where they are still there, and each is put again. */
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

/** What a message is shown from. */
export const MESSAGE_COLUMNS = ['key', 'sent_at', 'sequence', 'version', 'delisted_at', 'record'] as const;
/** And what it counts as. */
export const KEPT_COLUMNS = [...MESSAGE_COLUMNS, ...FACT_COLUMNS] as const;

export type Cell = string | number | null;

/** Rows that are added to a table. */
export interface Insertion<Column extends string> {
  table: string;
  columns: readonly Column[];
  /** Of the columns those that are texts; all others are integers. */
  texts: readonly NoInfer<Column>[];
  /** The end of the statement, such as `ON CONFLICT …` and `RETURNING …`, in which the table has its name. */
  then: string;
}

/** Rows of a table that have one of several keys. */
export interface KeyedRows<Column extends string> {
  table: string;
  columns: readonly Column[];
  /** Of the columns those that are texts; all others are integers. */
  texts: readonly NoInfer<Column>[];
}

/** How an engine stores the messages of an archive, and many rows at once. */
export interface ArchiveTables {
  /** What is stored of a record so that SQL can read it; null: nothing is. */
  toShown(record: string): string | null;
  /** Called before a unit that puts messages of these moments. */
  prepare(moments: readonly number[]): Promise<void>;
  /** The rows that have one of the keys, or stand in one of the places, with the columns `KEPT_COLUMNS`; some may come twice. */
  find(
    sql: SqlReader,
    source: number,
    keys: readonly string[],
    places: readonly StoredPlace[],
  ): Promise<SqlRow[]>;
  /** Gives messages other sequences. They get their numbers with `write`. */
  displace(tx: SqlReader, source: number, displaced: readonly DisplacedMessage[]): Promise<void>;
  /** Takes away the rows of messages with these keys, which are put again with `write`. */
  take(tx: SqlReader, source: number, keys: readonly string[]): Promise<void>;
  write(tx: SqlReader, source: number, writes: ArchiveWrites): Promise<void>;
  /** By an index. @param sequence as it is stored. @returns at most one row, with `sent_at` */
  findMoment(source: number, sequence: string): Promise<SqlRow[]>;
  /** Takes away messages with these keys, which are there, and their earlier versions and terms. */
  remove(tx: SqlReader, source: number, keys: readonly string[]): Promise<void>;
  /** As `MessageArchive.narrow`; the span is whole. */
  narrow(source: number, query: Pick<StoredQuery, 'order' | 'span' | 'tokens'>): Promise<TimeSpan>;
  /** @returns rows in order, with the columns `MESSAGE_COLUMNS`, at most `limit` */
  read(source: number, query: StoredQuery): Promise<SqlRow[]>;
  /** How many messages of a span have a token of each list, in parts, each of which is counted in moments. @param tokens at least one list */
  countByTokens(
    sql: SqlReader,
    source: number,
    span: TimeSpan,
    tokens: StoredQuery['tokens'],
  ): AsyncIterable<number>;
  /** Adds rows in the order given. @returns what the insertion returns */
  insert<Column extends string>(
    tx: SqlReader,
    insertion: Insertion<Column>,
    rows: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]>;
  /** @param keys each once. @returns all columns of those that there are, in no order */
  select<Column extends string>(
    sql: SqlReader,
    from: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<SqlRow[]>;
  delete<Column extends string>(
    tx: SqlReader,
    from: KeyedRows<Column>,
    keys: readonly Readonly<Record<Column, Cell>>[],
  ): Promise<void>;
}
