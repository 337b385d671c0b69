import { z } from 'zod';
import type { Order } from '../datasources/message-source.ts';
import type { ConversationRecord, ParticipantRecord } from '../domain/records.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { IndexPosition } from '../gateway/archive-reader.ts';
import {
  readingOrder,
  toPageRequest,
  type PageRequest,
  type PagingArguments,
} from '../timeline/page-request.ts';
import type { SourceStatus } from '../timeline/source-status.ts';
import { nameList, openPlace, toConnection, type ListConnection } from './list-connection.ts';

/** A page of a list whose items are sorted by positions. */
export interface KeysetRequest extends PageRequest {
  /** Names the list with its filter and order. */
  list: string;
  /** In which the items are read, to be shown in the list's order. */
  order: Order;
  /** Read after that; null: from the beginning in the order of reading. */
  after: IndexPosition | null;
}

export type KeysetPage<T> = ListConnection<{ cursor: string; node: T }>;

/** A page, and the channels that were asked for it. */
export interface ConversationPage extends KeysetPage<ConversationRecord> {
  sources: SourceStatus[];
}

/** A page, and the channels that were asked for it. */
export interface ParticipantPage extends KeysetPage<ParticipantRecord> {
  sources: SourceStatus[];
}

const position = z.tuple([z.number(), z.number()]).transform(([value, id]): IndexPosition => ({ value, id }));

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
  const list = nameList(name, [selects, shown]);
  const after = cursor === null ? null : openPlace(cursor, list, position, listCursors);
  return { ...request, list, order: readingOrder(shown, direction), after };
}

/** @param found in the order of reading; one more than the page has: there is more */
export function toKeysetPage<Item extends { position: IndexPosition }, T>(
  request: KeysetRequest,
  found: readonly Item[],
  toNode: (item: Item) => T,
  { listCursors }: Cursors,
): KeysetPage<T> {
  const { list, direction, cursor: from, size } = request;
  const isForward = direction === 'forward';
  const items = found.slice(0, size);
  const edges = (isForward ? items : items.toReversed()).map((item) => {
    const { value, id } = item.position;
    return { cursor: listCursors.encode([list, value, id]), node: toNode(item) };
  });
  const connection = toConnection(edges, request, found.length > size);
  if (edges.length > 0) return connection;
  // Where an empty page ends, the next one may begin.
  const [startCursor, endCursor] = isForward ? [null, from] : [from, null];
  return { ...connection, pageInfo: { ...connection.pageInfo, startCursor, endCursor } };
}
