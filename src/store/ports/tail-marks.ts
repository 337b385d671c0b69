import type { NewEvent } from '../../domain/events.ts';
import type { Fence } from './leases.ts';

/** One pass over what has come since the last one, which may take many pages, and more than one process. */
export interface TailReading {
  /** Unix ms: messages that were sent earlier are not read. */
  from: number;
  /** Unix ms: when the pass began. The next one begins there. */
  until: number;
  /** Null: before its first page. */
  cursor: string | null;
}

export interface TailMark {
  /** Unix ms: messages sent from then on are updates. */
  since: number;
  /** Unix ms: everything that came until then was read. */
  readUntil: number;
  /** The pass that was interrupted. */
  reading: (TailReading & { cursor: string }) | null;
}

/** How far the history of each channel has been published. */
export interface TailMarks {
  /** Begins the tail now. An earlier beginning stays, unless it lies in the future. @param now Unix ms */
  begin(channel: string, now: number): Promise<void>;
  /** @returns null before `begin` */
  find(channel: string): Promise<TailMark | null>;
  /** Drops the pass that was interrupted. @throws LostLeaseError */
  drop(channel: string, fence?: Fence): Promise<void>;
  /**
   * Publishes a page and stores the position after it, both or neither.
   *
   * @param now Unix ms
   * @param next null: there is no position after it yet, and the last one stays
   * @throws LostLeaseError
   */
  keep(
    channel: string,
    events: readonly NewEvent[],
    now: number,
    next: (TailReading & { cursor: string }) | null,
    fence?: Fence,
  ): Promise<void>;
  /**
   * Publishes the last page of a pass and ends it, both or neither.
   *
   * @param now Unix ms
   * @param toReadUntil what `readUntil` becomes, from what it was
   * @throws LostLeaseError
   */
  end(
    channel: string,
    events: readonly NewEvent[],
    now: number,
    toReadUntil: (noted: number) => number,
    fence?: Fence,
  ): Promise<void>;
}
