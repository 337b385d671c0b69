/** A record as stored in the audit log. */
export interface AuditRow {
  /** 1 for the first one ever, and one more for each. */
  seq: number;
  at: number;
  /** Empty when the body names several. */
  caller: string;
  /** The record's other fields: JSON, its keys in one order. */
  body: string;
  /** `hash` of the previous record. */
  previous: string;
  /** Of all of the above, under the gateway's secret. */
  hash: string;
}

/**
 * - `anchor`: where the kept records begin; older ones were pruned.
 * - `head`: where they end.
 */
export type AuditMarkName = 'anchor' | 'head';

/** A place in the chain, sealed so that it cannot be forged without the secret. */
export interface AuditMark {
  seq: number;
  hash: string;
  seal: string;
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
  /** The greatest number of a record; 0: there is none. */
  newest(): Promise<number>;
  mark(name: AuditMarkName): Promise<AuditMark | null>;
  /**
   * Lazily, in the order of their numbers.
   *
   * @param filter default: all of them. Of a caller: its records, and those with several callers that are near them
   */
  rows(filter?: AuditFilter): AsyncIterable<AuditRow>;
  /** The first of them, in the order of their numbers. */
  first(limit: number): Promise<AuditRow[]>;
  /** The callers under whom the records around this number are found. */
  callersNear(seq: number): Promise<ReadonlySet<string>>;
}

export interface AuditWriter extends AuditReader {
  /** @param callers that the record is found by */
  insert(row: AuditRow, callers: ReadonlySet<string>): Promise<void>;
  setMark(name: AuditMarkName, mark: AuditMark): Promise<void>;
  /** Links a record anew. */
  relink(row: Pick<AuditRow, 'seq' | 'previous' | 'hash'>): Promise<void>;
  /** Up to this number. */
  remove(seq: number): Promise<void>;
}

export interface AuditStore extends AuditReader {
  /** All that it reads is of one moment, and all that it writes is kept or nothing. It awaits nothing but `log`. */
  change<T>(change: (log: AuditWriter) => Promise<T>): Promise<T>;
}
