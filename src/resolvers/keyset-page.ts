import { hash } from 'node:crypto';
import type { Order } from '../datasources/message-source.ts';
import type { ConversationRecord, ParticipantRecord } from '../domain/records.ts';
import { RequestError } from '../errors/request-error.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { IndexPosition } from '../gateway/archive-reader.ts';
import {
  readingOrder,
  toPageRequest,
  type PageRequest,
  type PagingArguments,
} from '../timeline/page-request.ts';
import type { SourceStatus } from '../timeline/source-status.ts';

/** A page of a list whose items are sorted by positions. */
export interface KeysetRequest extends PageRequest {
  /** Names the list with its filter and order. */
  list: string;
  /** In which the items are read, to be shown in the list's order. */
  order: Order;
  /** Read after that; null: from the beginning in the order of reading. */
  after: IndexPosition | null;
}

export interface KeysetPage<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** A page, and the channels that were asked for it. */
export interface ConversationPage extends KeysetPage<ConversationRecord> {
  sources: SourceStatus[];
}

/** A page, and the channels that were asked for it. */
export interface ParticipantPage extends KeysetPage<ParticipantRecord> {
  sources: SourceStatus[];
}

type Cursors = Pick<Gateway, 'listCursors' | 'pageSizes'>;

/**
 * @param name of the list
 * @param selects its filter and order, as JSON: a cursor of another list is refused
 * @param shown the order of the list
 * @throws RequestError `BAD_USER_INPUT` or `BAD_CURSOR`
 */
export function toKeysetRequest(
  name: string,
  selects: object,
  shown: Order,
  args: PagingArguments,
  { listCursors, pageSizes }: Cursors,
): KeysetRequest {
  const request = toPageRequest(args, pageSizes);
  const { cursor, direction } = request;
  const list = `${name} ${hash('sha256', JSON.stringify([selects, shown]), 'base64url').slice(0, 22)}`;
  const after = cursor === null ? null : openCursor(cursor, list, listCursors);
  return { ...request, list, order: readingOrder(shown, direction), after };
}

/** @param found in the order of reading; one more than the page has: there is more */
export function toKeysetPage<Item extends { position: IndexPosition }, T>(
  { list, direction, cursor: from, size }: KeysetRequest,
  found: readonly Item[],
  toNode: (item: Item) => T,
  { listCursors }: Cursors,
): KeysetPage<T> {
  const isForward = direction === 'forward';
  const items = found.slice(0, size);
  const hasMore = found.length > size;
  const edges = (isForward ? items : items.toReversed()).map((item) => {
    const { value, id } = item.position;
    return { cursor: listCursors.encode([list, value, id]), node: toNode(item) };
  });
  const isContinued = from !== null;
  // Where an empty page ends, the next one may begin.
  const [start, end] = isForward ? [null, from] : [from, null];
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: isForward ? hasMore : isContinued,
      hasPreviousPage: isForward ? isContinued : hasMore,
      startCursor: edges[0]?.cursor ?? start,
      endCursor: edges.at(-1)?.cursor ?? end,
    },
  };
}

function openCursor(cursor: string, list: string, cursors: Gateway['listCursors']): IndexPosition {
  const [of, value, id] = cursors.decode(cursor) ?? [];
  if (of === list && typeof value === 'number' && typeof id === 'number') return { value, id };
  throw new RequestError(
    'BAD_CURSOR',
    'This cursor does not belong to this list. Use cursors exactly as they were returned, with the same arguments, or start again without one.',
  );
}
