import type { MessageRecord } from '../../domain/records.ts';
import type { Order, SourcePosition } from '../message-source.ts';
import { isObject } from './json-value.ts';

/** A cursor holds a position that its source cannot read: it is not one of this provider's. */
export class PositionError extends Error {
  override readonly name = 'PositionError';
}

/**
 * The native page of a position as an object, for a source to check its values. By hand, since a schema costs more than most of
 * what a read of a cached page does.
 *
 * @param names of all that it may have
 * @returns null when it is another source's
 */
export function toFields(
  { page }: Pick<SourcePosition, 'page'>,
  names: readonly string[],
): Readonly<Record<string, unknown>> | null {
  if (!isObject(page)) return null;
  for (const name in page) if (!names.includes(name)) return null;
  return page;
}

/** A whole number from 0, as times, numbers and ranks are. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

interface Sequenced {
  sequence: string;
}

/** Compares sequences by code unit, the same on every machine. */
export function compareSequences(a: Sequenced, b: Sequenced): number {
  return a.sequence < b.sequence ? -1 : a.sequence > b.sequence ? 1 : 0;
}

/**
 * The messages of the position's own page that lie ahead of it, in reading order, from the nearest on.
 *
 * @param page all messages of the page that `position.page` names, oldest first
 * @param limit at most so many
 */
export function messagesAhead<T extends Sequenced>(
  page: readonly T[],
  position: SourcePosition,
  order: Order,
  limit = Infinity,
): T[] {
  const edge = edgeIn(page, position, order);
  return order === 'ASC'
    ? page.slice(edge, edge + limit)
    : page.slice(Math.max(0, edge - limit), edge).reverse();
}

/** How many messages of the page are older than the position; all others are newer. */
function edgeIn(page: readonly Sequenced[], position: SourcePosition, order: Order): number {
  const { passed } = position;
  if (passed === null) return position.order === 'ASC' ? 0 : page.length;
  const isPassedAhead = position.order !== order && !position.isPassedExcluded;
  return (order === 'DESC') === isPassedAhead ? countUpTo(page, passed) : countBelow(page, passed);
}

/** How many of the messages, sorted by their sequence, have a smaller one. */
function countBelow(page: readonly Sequenced[], sequence: string): number {
  let [low, high] = [0, page.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const message = page[middle];
    if (message !== undefined && message.sequence < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same, with the one that has this sequence. */
function countUpTo(page: readonly Sequenced[], sequence: string): number {
  const count = countBelow(page, sequence);
  return page[count]?.sequence === sequence ? count + 1 : count;
}

/** A position before everything in `page`, seen in `order`. */
export function beforePage(
  page: SourcePosition['page'],
  order: Order,
  watermark: number | null,
): SourcePosition {
  return { order, page, passed: null, isPassedExcluded: false, watermark };
}

/** A position after one of the messages of `page`, seen in `order`. */
export function afterMessage(
  page: SourcePosition['page'],
  { sequence, sentAt }: Pick<MessageRecord, 'sequence' | 'sentAt'>,
  order: Order,
): SourcePosition {
  return { order, page, passed: sequence, isPassedExcluded: false, watermark: sentAt };
}
