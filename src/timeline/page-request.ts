import type { Order } from '../datasources/message-source.ts';
import { RequestError } from '../errors/request-error.ts';

/** Relay's paging arguments as a caller gave them. */
export interface PagingArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

export interface PageSizes {
  defaultPageSize: number;
  maxPageSize: number;
}

export interface PageRequest {
  size: number;
  /** `forward`: the first edges after the cursor; `backward`: the last ones before it. Both are shown in one order. */
  direction: 'forward' | 'backward';
  cursor: string | null;
}

/**
 * Checks paging arguments. An empty cursor is the same as none.
 *
 * @throws RequestError `BAD_USER_INPUT`
 */
export function toPageRequest(
  { first, after, last, before }: PagingArguments,
  { defaultPageSize, maxPageSize }: PageSizes,
): PageRequest {
  if (isGiven(first) && isGiven(last)) {
    throw badInput('"first" and "last" cannot be used together: "first" pages forward, "last" backward.');
  }
  if (after && (isGiven(last) || before)) {
    throw badInput('"after" goes with "first"; to page backward use "last" and "before".');
  }
  if (before && isGiven(first)) {
    throw badInput('"before" goes with "last"; to page forward use "first" and "after".');
  }
  const isBackward = isGiven(last) || Boolean(before);
  const name = isBackward ? 'last' : 'first';
  const size = (isBackward ? last : first) ?? defaultPageSize;
  if (size < 0) throw badInput(`"${name}" must not be negative; it was ${size}.`);
  if (size > maxPageSize)
    throw badInput(`"${name}" may be at most ${maxPageSize}; it was ${size}. Page on with cursors.`);
  const cursor = isBackward ? before : after;
  return { size, direction: isBackward ? 'backward' : 'forward', cursor: cursor || null };
}

/** The order in which messages must be read to show them in `shown` order. */
export function readingOrder(shown: Order, direction: PageRequest['direction']): Order {
  if (direction === 'forward') return shown;
  return shown === 'ASC' ? 'DESC' : 'ASC';
}

function isGiven(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}

function badInput(message: string): RequestError {
  return new RequestError('BAD_USER_INPUT', message);
}
