import type { Order } from '../message-source.ts';
import type { Placed } from './paging.ts';

/**
 * The stream is ordered by `MsgSeq`, and a timeline by time. Several servers of the provider assign both, and their
 * clocks differ: a message may have a time somewhat before that of one with a smaller number. How far is not
 * published; this is the assumption, and messages that are closer are sorted before they are shown. If a time ever
 * falls further, the messages keep the order of the stream there; none is lost or repeated.
 */
export const MAX_FALL_MS = 10_000;

/**
 * How many of the messages make a batch: a run of the stream, next to the gap, such that everything beyond it lies beyond
 * all of it in time as well.
 *
 * @param run by `MsgSeq`, nearest to the gap first, without any missing between; what is beyond it has not been read yet
 * @param order the direction of reading
 * @returns 0 when more must be read to know
 */
export function batchLength(run: readonly Placed[], order: Order): number {
  // As if all were read backwards: the newest comes first.
  const times = run.map(({ sentAt }) => (order === 'DESC' ? sentAt : -sentAt));
  /** By index: the newest that may be beyond it. */
  const beyond: number[] = [];
  let newest = Math.min(...times) + MAX_FALL_MS;
  for (let index = times.length - 1; index >= 0; index--) {
    beyond[index] = newest;
    newest = Math.max(newest, times[index] ?? newest);
  }
  let oldest = Infinity;
  let length = 0;
  for (const [index, time] of times.entries()) {
    oldest = Math.min(oldest, time);
    if (oldest >= (beyond[index] ?? Infinity)) length = index + 1;
  }
  return length;
}

/** Unix ms: nothing that follows in the stream is newer (DESC) or older (ASC), as far as the messages at its edge tell. */
export function boundBeyond(messages: readonly Placed[], order: Order): number {
  const times = messages.map(({ sentAt }) => sentAt);
  return order === 'DESC' ? Math.min(...times) + MAX_FALL_MS : Math.max(...times) - MAX_FALL_MS;
}
