import type { ReadLimit } from './ports/archive-index.ts';
import type { Fence } from './ports/leases.ts';

/** What a column holds. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** Rows are checked by the module that reads them. */
export type SqlRow = Record<string, unknown>;

export interface SqlReader {
  /** @param text one statement with the placeholders `$1`, `$2` … @returns its rows; none from one that returns nothing */
  all(text: string, values?: readonly SqlValue[]): Promise<SqlRow[]>;
}

export interface LimitedReader extends SqlReader {
  /** @returns reads until then. Its statements fail with BudgetSpentError afterwards, and the engine ends what it is doing for them */
  within(limit: ReadLimit): SqlReader;
}

/** What a unit reads and writes with. */
export interface SqlUnit extends SqlReader {
  /** The same object for all units of one transaction: what one of them has counted, the next need not. */
  readonly transaction: object;
  /**
   * Names what the unit is going to change, before it reads any of it. Units that name the same run one after the other,
   * and its version is another one after each. @param topic one of a bounded number
   */
  claim(topic: string): Promise<void>;
}

export interface UnitOptions {
  /** It survives a power cut only once a later unit does: for what is done again otherwise. */
  isLazy?: boolean;
  /** It fails when another process is writing, instead of waiting long for that. */
  isUrgent?: boolean;
  /** All processes change the same all the time: one that hangs within it loses it after a second, and none waits long for that. */
  isContended?: boolean;
  /** Left out: no lease is needed for it. */
  fence?: Fence | undefined;
}

/** Of the event log: what is published in it changes its version without being claimed. */
export const EVENTS_TOPIC = 'events';

/** A database, for the modules of this folder only. */
export interface Sql extends LimitedReader {
  /** Whether an index is used for `(a, b) IN ((1, 2), …)`; if not, it is for `a IN (1, …) AND b IN (2, …)`. */
  readonly hasIndexedTuples: boolean;
  /** Units read as of one moment, and one that writes fails. */
  readonly isReadOnly: boolean;
  /**
   * Changes the store: all of it is kept, or, when it throws, nothing. Units that begin together may share a transaction.
   *
   * @param change may run twice, so it must not depend on having run before; it awaits nothing but `tx`
   * @returns once it is on disk
   * @throws LostLeaseError when another process has got the lease of the fence; nothing is changed then
   */
  unit<T>(change: (tx: SqlUnit) => Promise<T>, options?: UnitOptions): Promise<T>;
  /** Changes when another process has written what it claimed; own writes may count or not. For caches of what is in the store. */
  foreignVersion(topic: string): Promise<string>;
  /**
   * @param listener called soon after another process has written what it claimed, and at times for an own write; never where the
   * database belongs to one process. @returns stops it
   */
  watch(topic: string, listener: () => void): () => void;
  /** Call it when something that others `watch` was written: they learn of it sooner. Never waits, and never fails. */
  announce(): void;
  /** Waits until everything is written. */
  close(): Promise<void>;
}
