import type { Order } from '../message-source.ts';

/**
 * Pure arithmetic on the stretches of time that the history is read in.
 *
 * They are blocks of a power of two of seconds, aligned to the Unix epoch, so that walks which start anywhere, in
 * either order, soon come to ask for the same ones and find them kept.
 */

/** Unix seconds, `from` inclusive and `until` exclusive: a second is never split. */
export interface TimeRange {
  from: number;
  until: number;
}

/** Two years: the longest block, in powers of two of a second. */
export const MAX_EXPONENT = 26;
/** Some 18 hours: where a walk starts that knows nothing of the density yet. */
export const FIRST_EXPONENT = 16;

/** Most messages reach the history seconds after they were sent, and some more than an hour; a power of two. */
const UNSETTLED_SECONDS = 2 ** 10;
/** How much the expected density weighs beside what a block brought: an empty block lets the next be eight times as long. */
const PRIOR_WEIGHT = 1 / 7;
/** How much shorter than wanted a whole block may be, in powers of two, before a piece of a longer one is taken. */
const MAX_MISALIGNMENT = 3;

/**
 * The block of 2^exponent seconds next to an edge, ahead in `order`; cut off at the edge where that is not aligned.
 *
 * @param edge Unix seconds; DESC: everything before it is ahead; ASC: everything from it on
 */
export function blockAhead(edge: number, order: Order, exponent: number): TimeRange {
  const length = 2 ** exponent;
  if (order === 'DESC') return { from: Math.floor((edge - 1) / length) * length, until: edge };
  return { from: edge, until: (Math.floor(edge / length) + 1) * length };
}

/** The block of 2^exponent seconds that a second is in. @param second Unix seconds */
export function blockAround(second: number, exponent: number): TimeRange {
  return blockAhead(Math.floor(second / 2 ** exponent) * 2 ** exponent, 'ASC', exponent);
}

/** The blocks next to an edge that other walks may have read, longest first. */
export function blocksAhead(edge: number, order: Order, longest: number, bounds: TimeRange): TimeRange[] {
  const blocks: TimeRange[] = [];
  for (let exponent = longest; exponent >= 0; exponent--) {
    const block = clip(blockAhead(edge, order, exponent), bounds);
    const previous = blocks.at(-1);
    if (previous?.from !== block.from || previous.until !== block.until) blocks.push(block);
  }
  return blocks;
}

/**
 * The block next to an edge that is best asked for: a shorter whole one rather than a piece of a longer one, because
 * other walks will ask for whole ones. But at an edge that is hardly aligned at all, as where a walk starts, the piece.
 */
export function bestBlockAhead(edge: number, order: Order, exponent: number): TimeRange {
  let alignment = 0;
  while (alignment < exponent && edge % 2 ** (alignment + 1) === 0) alignment++;
  return blockAhead(edge, order, alignment < exponent - MAX_MISALIGNMENT ? exponent : alignment);
}

export function clip({ from, until }: TimeRange, bounds: TimeRange): TimeRange {
  return { from: Math.max(from, bounds.from), until: Math.min(until, bounds.until) };
}

/** Two parts of a range, the second beginning where a second does; none when it is a single second. */
export function splitAt(second: number, { from, until }: TimeRange): TimeRange[] {
  const middle = Math.max(second, from + 1);
  return middle < until
    ? [
        { from, until: middle },
        { from: middle, until },
      ]
    : [];
}

/**
 * Cuts a range where the unsettled present begins, so that what has settled is kept although the rest cannot be.
 *
 * @param order which part of it is read first
 */
export function cutAt(settledUntil: number, { from, until }: TimeRange, order: Order): TimeRange {
  if (settledUntil <= from || settledUntil >= until) return { from, until };
  return order === 'DESC' ? { from: settledUntil, until } : { from, until: settledUntil };
}

/**
 * The second at which the unsettled present begins: a quarter of an hour to an hour before `now`, and the same one
 * for all walks that begin in one half hour.
 *
 * @param now Unix ms
 */
export function settledEdge(now: number): number {
  return Math.floor((now / 1000 - UNSETTLED_SECONDS) / (2 * UNSETTLED_SECONDS)) * 2 * UNSETTLED_SECONDS;
}

/**
 * Chooses how long the next block should be, from what one brought.
 *
 * @param exponent what was aimed at for it
 * @param range what was read, which may be longer or shorter than aimed at
 * @param count messages in it
 * @param wanted messages that a block should bring
 */
export function nextExponent(exponent: number, range: TimeRange, count: number, wanted: number): number {
  const seconds = range.until - range.from + PRIOR_WEIGHT * 2 ** exponent;
  const messages = count + PRIOR_WEIGHT * wanted;
  return clamp(Math.round(Math.log2((wanted * seconds) / messages)));
}

/**
 * Chooses a shorter block in place of one with too many messages.
 *
 * @param excess how many times too many
 * @returns the exponent of a block that is surely shorter than `range`, if that is longer than a second
 */
export function shorterExponent(range: TimeRange, excess: number): number {
  const length = Math.log2(range.until - range.from);
  return clamp(Math.min(Math.ceil(length) - 1, Math.floor(length - Math.log2(excess))));
}

function clamp(exponent: number): number {
  return Math.min(MAX_EXPONENT, Math.max(0, exponent));
}
