import { hash } from 'node:crypto';
import type { z } from 'zod';
import { RequestError } from '../errors/request-error.ts';
import type { ListCursors } from '../gateway/list-cursors.ts';
import type { PageRequest } from '../timeline/page-request.ts';
import type { PageInfo } from '../timeline/timeline-page.ts';

/** A Relay connection. */
export interface ListConnection<Edge extends { node: unknown }> {
  edges: Edge[];
  nodes: Edge['node'][];
  pageInfo: PageInfo;
}

/** Names a list, so that a cursor of another one is refused. @param selects its items and their order, as JSON in one order of keys */
export function nameList(name: string, selects: unknown): string {
  return `${name} ${hash('sha256', JSON.stringify(selects), 'base64url').slice(0, 22)}`;
}

/**
 * Where in its list a cursor stands.
 *
 * @param list as it was encoded before the place
 * @throws RequestError `BAD_CURSOR` when it is a cursor of another list, or was not made by this gateway
 */
export function openPlace<T>(
  cursor: string,
  list: string,
  place: z.ZodType<T>,
  cursors: Pick<ListCursors, 'decode'>,
): T {
  const [of, ...rest] = cursors.decode(cursor) ?? [];
  const found = place.safeParse(rest);
  if (of === list && found.success) return found.data;
  throw new RequestError(
    'BAD_CURSOR',
    'This cursor does not belong to this list. Use cursors exactly as they were returned, with the same arguments, or start again without one.',
  );
}

/** @param edges of one page, as they are shown. @param hasMore whether others follow in the direction of paging */
export function toConnection<Edge extends { cursor: string; node: unknown }>(
  edges: Edge[],
  { direction, cursor }: Pick<PageRequest, 'direction' | 'cursor'>,
  hasMore: boolean,
): ListConnection<Edge> {
  const isForward = direction === 'forward';
  const isContinued = cursor !== null;
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: isForward ? hasMore : isContinued,
      hasPreviousPage: isForward ? isContinued : hasMore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
