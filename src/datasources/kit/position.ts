import type { MessageRecord } from '../../domain/records.ts';
import type { Order, SourcePosition } from '../message-source.ts';

/** A cursor holds a position that its source cannot read: it is not one of this provider's. */
export class PositionError extends Error {
  override readonly name = 'PositionError';
}

interface Sequenced {
  sequence: string;
}

/** Compares sequences by code unit, the same on every machine. */
export function compareSequences(a: Sequenced, b: Sequenced): number {
  return a.sequence < b.sequence ? -1 : a.sequence > b.sequence ? 1 : 0;
}

/**
 * The messages of the position's own page that lie ahead of it, in reading order.
 *
 * @param page all messages of the page that `position.page` names, oldest first
 */
export function messagesAhead<T extends Sequenced>(
  page: readonly T[],
  position: SourcePosition,
  order: Order,
): T[] {
  const ahead = page.filter((message) => isAhead(message.sequence, position, order));
  return order === 'DESC' ? ahead.reverse() : ahead;
}

function isAhead(sequence: string, position: SourcePosition, order: Order): boolean {
  const { passed } = position;
  if (passed === null) return position.order === order;
  if (sequence === passed) return position.order !== order && !position.isPassedExcluded;
  return order === 'DESC' ? sequence < passed : sequence > passed;
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
