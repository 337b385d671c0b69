import type { CallBudget, Order, Walk } from '../datasources/message-source.ts';
import { momentAhead, type Gap } from './gap.ts';
import type { Place } from './place.ts';
import type { Stretch } from './stretch.ts';

/** One request's reading on, in one part of time. */
export interface Reading {
  place: Place;
  /** Unix ms: nothing that is wanted is newer (DESC) or older (ASC). */
  moment: number;
  stretch: Stretch;
  walk: Walk;
  budget: CallBudget;
  limit: number;
}

/** Unix ms: where a walk reads on from a gap. @param watermark as in `SourcePosition` */
export function toMoment(gap: Gap, watermark: number | null, { order, oldest, newest }: Walk): number {
  const moment = nearest(momentAhead(gap, order), order === 'DESC' ? newest : oldest, order);
  return watermark === null ? moment : nearest(moment, watermark, order);
}

/** The one of two bounds that leaves less ahead. */
export function nearest(one: number, other: number, order: Order): number {
  return order === 'DESC' ? Math.min(one, other) : Math.max(one, other);
}

export function isBeyond(moment: number, bound: number, order: Order): boolean {
  return order === 'DESC' ? moment < bound : moment > bound;
}

/** Unix ms, inclusive: the end of a part of time in the order of reading. */
export function farEnd({ oldest, newest }: Pick<Walk, 'oldest' | 'newest'>, order: Order): number {
  return order === 'DESC' ? oldest : newest;
}

/** The next moment in the order of reading. */
export function momentAfter(moment: number, order: Order): number {
  return order === 'DESC' ? moment - 1 : moment + 1;
}
