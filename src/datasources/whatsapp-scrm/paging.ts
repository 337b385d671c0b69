import {
  afterMessage,
  beforePage,
  isCount,
  messagesAhead,
  PositionError,
  toFields,
} from '../kit/position.ts';
import type { CallBudget, Order, Slice, SourcePosition, Walk } from '../message-source.ts';
import { FIRST_EXPONENT, MAX_EXPONENT, type TimeRange } from './time-range.ts';
import { toTimeOfSequence, type WhatsAppMessageRecord } from './to-message.ts';

/** Where a walk stands in the history: in a range that was read whole, or between two. */
export type NativePosition = {
  /** Unix seconds, inclusive. */
  from: number;
  /** Unix seconds, exclusive. The same as `from` between two ranges. */
  until: number;
  /** How long the next range should be, as a power of two of seconds: a hint, from the density of messages here. */
  exponent: number;
};

/** A range as read: all its messages, oldest first. */
export interface ReadRange {
  page: NativePosition;
  messages: readonly WhatsAppMessageRecord[];
  /** The provider says that it has more than it lists. */
  isIncomplete: boolean;
}

export interface WhatsAppSlice extends Slice {
  messages: readonly WhatsAppMessageRecord[];
}

/** One request's reading on from one position. */
export interface Reading {
  position: SourcePosition;
  walk: Walk;
  budget: CallBudget;
  /** At most so many messages. */
  limit: number;
  /** The seconds in which messages are wanted, and the history has any. */
  bounds: TimeRange;
}

/** @throws PositionError when the position was not made here */
export function parseNativePosition(position: Pick<SourcePosition, 'page'>): NativePosition {
  const { from, until, exponent } = toFields(position, ['from', 'until', 'exponent']) ?? {};
  const isRange = isCount(from) && isCount(until) && from <= until;
  if (!isRange || !isCount(exponent) || exponent > MAX_EXPONENT)
    throw new PositionError('The native position is not one of the WhatsApp history');
  return { from, until, exponent };
}

/** @param historyStart Unix ms */
export function toBounds(walk: Walk, historyStart: number): TimeRange {
  const from = Math.floor(Math.max(walk.oldest, historyStart, 0) / 1000);
  return { from, until: Math.floor(walk.newest / 1000) + 1 };
}

/** The first position of a walk. */
export function startPosition(walk: Walk, bounds: TimeRange): SourcePosition {
  return positionAt(walk.order === 'DESC' ? bounds.until : bounds.from, FIRST_EXPONENT, walk);
}

/** Where to read on when everything of the position's own range lies behind. @returns Unix seconds */
export function edgeBeyondPage(position: SourcePosition, order: Order): number {
  const { from, until } = parseNativePosition(position);
  return order === 'DESC' ? from : until;
}

/**
 * Where to read on without the position's own range: with the remaining part of it, and everything after it. A
 * sequence begins with its message's time, so the second of the last message is known without a call.
 *
 * @returns Unix seconds
 */
export function edgeInPage(position: SourcePosition, order: Order): number {
  const { passed } = position;
  if (passed !== null) {
    const second = Math.floor(toTimeOfSequence(passed) / 1000);
    return order === 'DESC' ? second + 1 : second;
  }
  // Nothing of the page lies behind in the order that the position was made in, so in the other one all of it does.
  const { from, until } = parseNativePosition(position);
  return position.order === 'DESC' ? until : from;
}

/**
 * Where a DESC walk that begins in the present reads from: a second that stays the same for as long as an answer is fresh
 * for it, so that the walks of that time ask for one range. What it lists beyond the walk's bounds is left out.
 *
 * @param edge Unix seconds
 */
export function toSharedEdge(edge: number, { walk, budget, bounds }: Reading): number {
  const fresh = budget.freshSince(walk.asOf);
  const isPresent = edge === bounds.until && edge * 1000 > fresh;
  const step = 2 ** Math.floor(Math.log2(Math.max(1, (walk.asOf - fresh) / 1000)));
  return isPresent ? Math.ceil(edge / step) * step : edge;
}

/** Whether the range reaches into the present, so that more messages may come into it. Never so in a DESC walk. */
export function isOpen({ until }: TimeRange, { walk, budget }: Reading): boolean {
  return walk.order === 'ASC' && until * 1000 > budget.arrivedAt;
}

/**
 * Unix ms: how old the pages of a range may be. An ASC walk continues while new messages come, so what it reads must
 * have been fetched since the range was over: the same moment for all requests, so that a small budget makes
 * progress.
 */
export function notBefore(range: TimeRange, reading: Reading): number {
  const { walk, budget } = reading;
  const fresh = budget.freshSince(walk.asOf);
  return walk.order === 'DESC' || isOpen(range, reading) ? fresh : Math.max(fresh, range.until * 1000);
}

/** What a range contributes to a read. @param fetchedSince Unix ms: its pages are no older */
export function toSlice(
  { page, messages: all, isIncomplete }: ReadRange,
  reading: Reading,
  fetchedSince: number,
): WhatsAppSlice {
  const { position, walk, budget, bounds, limit } = reading;
  // One more than is returned, to know whether any follow.
  const ahead = messagesAhead(all, position, walk.order, limit + 1);
  const isWanted = ({ sentAt }: WhatsAppMessageRecord): boolean =>
    walk.order === 'DESC' || sentAt <= walk.newest;
  // Newer ones, which came during this request, would be skipped for good: they are left for the next.
  const messages = ahead.slice(0, limit).filter(isWanted);
  const rest = ahead.length > limit ? messages.at(-1) : undefined;
  if (rest)
    return { page, messages, next: afterMessage({ ...page }, rest, walk.order), isEnd: false, isIncomplete };
  if (walk.order === 'DESC') {
    const next = positionAt(page.from, page.exponent, walk);
    return { page, messages, next, isEnd: page.from <= bounds.from, isIncomplete };
  }
  if (!isOpen(page, reading)) {
    const next = positionAt(page.until, page.exponent, walk);
    return { page, messages, next, isEnd: page.until >= bounds.until, isIncomplete };
  }
  const last = messages.at(-1);
  return {
    page,
    messages,
    next: last ? afterMessage({ ...page }, last, walk.order) : positionStillAt(position, page, walk),
    isEnd: fetchedSince >= budget.freshSince(budget.arrivedAt),
    isIncomplete,
  };
}

/** The walk needs nothing beyond this second. */
export function toEnd(edge: number, { position, walk }: Reading): WhatsAppSlice {
  const next = positionAt(edge, parseNativePosition(position).exponent, walk);
  return { page: next.page, messages: [], next, isEnd: true };
}

/** A position that has passed no message, seen from a second on: everything beyond it in the walk's order is ahead. */
export function toPositionFrom(edge: number, { position, walk }: Reading): SourcePosition {
  return position.passed === null ? positionAt(edge, parseNativePosition(position).exponent, walk) : position;
}

/** Between two ranges. @param edge Unix seconds */
function positionAt(edge: number, exponent: number, walk: Walk): SourcePosition {
  const watermark =
    walk.order === 'DESC' ? Math.min(edge * 1000 - 1, walk.newest) : Math.max(edge * 1000, walk.oldest);
  return beforePage({ from: edge, until: edge, exponent }, walk.order, watermark);
}

function positionStillAt(position: SourcePosition, page: NativePosition, walk: Walk): SourcePosition {
  if (position.passed === null) return positionAt(page.from, page.exponent, walk);
  return { ...position, page: { ...page }, watermark: toTimeOfSequence(position.passed) };
}
