import type { Order } from '../message-source.ts';
import type { DigestedRecord } from './record-order.ts';

/** As many as the longest page that a client may request: a busy day is not mapped again for every page of it. */
const CHUNK_LENGTH = 1_000;

export interface Chunk {
  /** Oldest first; whole seconds. */
  records: DigestedRecord[];
  /** The window has none further ahead. */
  isLast: boolean;
}

/**
 * Takes from a window the records to continue with: the second that was reached, which may have been passed in part,
 * and about a thousand beyond it.
 *
 * @param records all of the window, oldest first
 * @param reached Unix seconds; null: none of the window has been passed
 */
export function toChunk(records: readonly DigestedRecord[], reached: number | null, order: Order): Chunk {
  const from = reached === null ? 0 : countBefore(records, reached);
  const to = reached === null ? records.length : countBefore(records, reached + 1);
  if (order === 'DESC') {
    const edge = records[(reached === null ? to : from) - CHUNK_LENGTH];
    const start = edge ? countBefore(records, edge.time) : 0;
    return { records: records.slice(start, to), isLast: start === 0 };
  }
  const edge = records[(reached === null ? from : to) + CHUNK_LENGTH - 1];
  const end = edge ? countBefore(records, edge.time + 1) : records.length;
  return { records: records.slice(from, end), isLast: end === records.length };
}

/** @returns how many records are older than `second` */
function countBefore(records: readonly DigestedRecord[], second: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.time ?? Infinity) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}
