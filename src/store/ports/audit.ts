/** A record as stored in the audit log. */
export interface AuditRow {
  strand: number;
  /** 1 for the first one of its strand, and one more for each. */
  seq: number;
  at: number;
  /** Empty when the body names several. */
  caller: string;
  /** The record's other fields: JSON, its keys in one order. */
  body: string;
  /** `hash` of the previous record of its strand; of the first one, the strand's. */
  previous: string;
  /** Of all of the above but the strand, under the gateway's secret. */
  hash: string;
}

/** A place in a chain, sealed so that it cannot be forged without the secret. */
export interface AuditMark {
  seq: number;
  hash: string;
  seal: string;
}

/**
 * - `anchor`: where the kept records of a strand begin; older ones were pruned.
 * - `head`: where they end.
 */
export type AuditMarkName = 'anchor' | 'head';

/** What one process has written, in a chain of its own. The strands are a chain, too: each holds the hash of the one before it. */
export interface AuditStrand {
  /** 1 for the first one, and one more for each. 0: what was written before there were strands. */
  id: number;
  /** Tells its opening from all others. */
  name: string;
  /** Unix ms: when its first record was made. */
  openedAt: number;
  /** `hash` of the strand before it. */
  previous: string;
  /** Of all of the above, under the gateway's secret. */
  hash: string;
  anchor: AuditMark;
  head: AuditMark;
}

export interface AuditFilter {
  /** Unix ms, inclusive. */
  since: number | null;
  /** Unix ms, exclusive. */
  until: number | null;
  caller: string | null;
}

export interface AuditReader {
  /** Whether a gateway has begun a log. */
  exists(): Promise<boolean>;
  /** How many records were ever written. */
  count(): Promise<number>;
  /** In the order of their ids. */
  strands(): Promise<AuditStrand[]>;
  /** The newest strand, with the number of strands as its `seq`; null: the log is not begun by a program that knows strands. */
  end(): Promise<AuditMark | null>;
  /** The strands of which there are records, also without the strand itself. */
  recordedStrands(): Promise<ReadonlySet<number>>;
  /**
   * Of a strand, lazily, in the order of their numbers.
   *
   * @param filter default: all of them. Of a caller: its records, and those with several callers that are near them
   */
  rows(strand: number, filter?: AuditFilter): AsyncIterable<AuditRow>;
  /** The first of them, in the order of their numbers. */
  first(strand: number, limit: number): Promise<AuditRow[]>;
  /** The callers under whom the records around this one are found. */
  callersNear(strand: number, seq: number): Promise<ReadonlySet<string>>;
}

export interface AuditWriter extends AuditReader {
  open(strand: AuditStrand): Promise<void>;
  setEnd(end: AuditMark): Promise<void>;
  setMark(strand: number, name: AuditMarkName, mark: AuditMark): Promise<void>;
  /** Links a strand anew. */
  relinkStrand(strand: Pick<AuditStrand, 'id' | 'previous' | 'hash'>): Promise<void>;
  /** Links a record anew. */
  relink(row: Pick<AuditRow, 'strand' | 'seq' | 'previous' | 'hash'>): Promise<void>;
  /** Up to this number. */
  remove(strand: number, seq: number): Promise<void>;
}

/** A record, and the callers that it is found by. */
export interface NewAuditRow extends AuditRow {
  callers: ReadonlySet<string>;
}

/** What a strand is extended by. */
export interface AuditExtension {
  /** The head before. */
  from: AuditMark;
  rows: readonly NewAuditRow[];
  /** The head after them. */
  to: AuditMark;
}

export interface AuditStore extends AuditReader {
  /**
   * All that it reads is of one moment, and all that it writes is kept or nothing. It awaits nothing but `log`. Processes may
   * extend their strands meanwhile.
   */
  change<T>(change: (log: AuditWriter) => Promise<T>): Promise<T>;
  /**
   * Writes records and the head after them, once: what is there already is not written again.
   *
   * @param take called once the strand can be written; calling it again gives the same
   * @returns the new head; null: the strand does not end where it should, and nothing was written
   */
  extend(strand: number, take: () => AuditExtension): Promise<AuditMark | null>;
}
