import { beforePage, isCount, PositionError, toFields } from '../kit/position.ts';
import type { Order, SourcePosition, Walk } from '../message-source.ts';
import type { JsonValue } from '../../domain/records.ts';
import type { MessageListRequest } from './client.ts';
import { toSecondPrefix, toUnixSeconds } from './sequence.ts';

/** Seconds `from`, inclusive, to `end`, exclusive: the part of history that one native window answers for. */
export interface Window {
  from: number;
  end: number;
}

/** Where a walk stands, in native terms. */
export interface Place {
  window: Window;
  /** The gap between two messages of the window; null: none of it has been passed. */
  gap: SourcePosition;
}

/** The provider answers for 24 hours at most, both of the bounds as it may understand them included. */
const MAX_SPAN_SECONDS = 86_400;
/**
 * One second less, since whether `starttime` and `endtime` are inclusive is not documented: a window is asked for from
 * one second before its first to the second after its last, and what lies outside is dropped. So each second belongs to
 * exactly one window, however the provider understands its bounds, and no second is ever split.
 */
export const WINDOW_SECONDS = MAX_SPAN_SECONDS - 1;

/**
 * A native position: a window by its first second, not by its number, so that it stays right when `historyStart` changes.
 * `until` cuts the window short: seconds from there on lie behind a walk which begins in the middle of it.
 */
/** `floor` is in older cursors, and no longer used. */
const FIELDS = ['from', 'until', 'floor'];

export function toPage({ from }: Window): JsonValue {
  return { from };
}

export function windowAt(from: number): Window {
  return { from, end: from + WINDOW_SECONDS };
}

/** The window that a second belongs to, on the grid that starts at `historyStart`. Both are Unix seconds. */
export function windowOf(second: number, historyStart: number): Window {
  return windowAt(historyStart + Math.floor((second - historyStart) / WINDOW_SECONDS) * WINDOW_SECONDS);
}

export function nextWindow({ from, end }: Window, order: Order): Window {
  return order === 'DESC' ? windowAt(from - WINDOW_SECONDS) : windowAt(end);
}

/** A window and those that follow it in the order of reading, as long as they can hold what the walk wants. */
export function windowsAhead(first: Window, count: number, walk: Walk, historyStart: number): Window[] {
  const oldest = Math.max(historyStart, Math.ceil(walk.oldest / 1000));
  const newest = toUnixSeconds(walk.newest);
  const windows: Window[] = [];
  for (let window = first; windows.length < count; window = nextWindow(window, walk.order)) {
    if (walk.order === 'DESC' ? window.end <= oldest : window.from > newest) break;
    windows.push(window);
  }
  return windows;
}

/** The position before a whole window. */
export function beforeWindow(window: Window, order: Order): SourcePosition {
  const watermark = (order === 'DESC' ? window.end - 1 : window.from) * 1000;
  return beforePage(toPage(window), order, watermark);
}

/** The same position, with all of a second ahead that it may have passed in part. @param second Unix seconds */
export function beforeSecond(position: SourcePosition, second: number, order: Order): SourcePosition {
  return { ...position, passed: toSecondPrefix(order === 'DESC' ? second + 1 : second) };
}

/** @param now Unix ms: nothing newer exists, so a walk need not begin later */
export function toStart(walk: Walk, historyStart: number, now: number): SourcePosition {
  if (walk.order === 'ASC') {
    const oldest = Math.max(historyStart, Math.ceil(walk.oldest / 1000));
    return beforePage(toPage(windowOf(oldest, historyStart)), 'ASC', oldest * 1000);
  }
  const newest = toUnixSeconds(Math.min(walk.newest, now));
  const { from } = windowOf(newest, historyStart);
  return beforePage({ from, until: newest + 1 }, 'DESC', newest * 1000);
}

/**
 * Finds where to read on, in either order.
 *
 * @throws PositionError when the position is not one of this provider's
 */
export function toPlace(position: SourcePosition, order: Order): Place {
  const { from, until } = toFields(position, FIELDS) ?? {};
  if (!isCount(from) || !(until === undefined || isCount(until)))
    throw new PositionError('Not a position in WeChat history');
  const window = windowAt(from);
  if (position.passed === null && until !== undefined) {
    return { window, gap: { ...position, passed: toSecondPrefix(until) } };
  }
  if (position.passed === null && position.order !== order) {
    // All of the window lies behind.
    const next = nextWindow(window, order);
    return { window: next, gap: beforeWindow(next, order) };
  }
  return { window, gap: position };
}

/** @param now Unix seconds; the window must have begun by then */
export function toRequest(
  { from, end }: Window,
  now: number,
  msgId: number,
  number: number,
): MessageListRequest {
  return { startTime: from - 1, endTime: Math.min(end, now + 1), msgId, number };
}
