import type { Order } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';

/**
 * What separates the older messages of a source from the newer ones, whichever side they are read from: next to a
 * message, or between two moments.
 */
export interface Gap {
  /** Unix ms: read newest first, nothing newer than this is ahead. */
  newest: number;
  /** Unix ms: read oldest first, nothing older than this is ahead. */
  oldest: number;
  /** Null: the gap lies between two moments, of which `oldest` is the later one. */
  edge: Edge | null;
}

/** A message, listed or not, next to which a gap lies. It was sent from `Gap.oldest` to `Gap.newest`. */
export interface Edge {
  sequence: string;
  /** Whether the message itself is on the newer side. */
  isNewer: boolean;
}

/** The gap before everything of a moment, seen from older messages. @param moment Unix ms */
export function gapBefore(moment: number): Gap {
  return { newest: moment - 1, oldest: moment, edge: null };
}

/** The gap that a reader in this order has reached when it has passed the message. */
export function gapBeyond(
  { sequence, sentAt }: Pick<MessageRecord, 'sequence' | 'sentAt'>,
  order: Order,
): Gap {
  return { newest: sentAt, oldest: sentAt, edge: { sequence, isNewer: order === 'DESC' } };
}

/** Unix ms: where reading in this order begins. */
export function momentAhead({ newest, oldest }: Gap, order: Order): number {
  return order === 'DESC' ? newest : oldest;
}

export function isAhead(
  { newest, oldest, edge }: Gap,
  { sequence, sentAt }: Pick<MessageRecord, 'sequence' | 'sentAt'>,
  order: Order,
): boolean {
  if (order === 'DESC' ? sentAt > newest : sentAt < oldest) return false;
  if (edge === null) return true;
  if (sequence === edge.sequence) return isEdgeAhead(edge, order);
  return order === 'DESC' ? sequence < edge.sequence : sequence > edge.sequence;
}

export function isEdgeAhead({ isNewer }: Edge, order: Order): boolean {
  return order === 'ASC' ? isNewer : !isNewer;
}

/**
 * The same gap when nothing is between it and a moment.
 *
 * @param moment Unix ms: what comes next in this order was sent then, or beyond it
 */
export function narrowedTo(gap: Gap, moment: number, order: Order): Gap {
  const isBeyond = order === 'DESC' ? gap.oldest > moment : gap.newest < moment;
  // All that the edge may be is passed: what is left is a gap between two moments.
  if (gap.edge === null || isBeyond) return gapBefore(order === 'DESC' ? moment + 1 : moment);
  return order === 'DESC' ? { ...gap, newest: moment } : { ...gap, oldest: moment };
}
