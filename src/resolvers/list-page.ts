import { RequestError } from '../errors/request-error.ts';
import type { ListCursors } from '../gateway/list-cursors.ts';
import { toPageRequest, type PageSizes } from '../timeline/page-request.ts';

export interface ListArguments {
  first?: number | null;
  after?: string | null;
}

export interface ListPage<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  totalCount: number;
}

/**
 * Pages through a short list in memory. A cursor holds the key of its item, so it stays valid when other items, or
 * its own, come and go.
 *
 * @param list names the list with its filter; a cursor of another list is refused
 * @param keyOf unique in the list, which is ordered by it
 * @throws RequestError `BAD_USER_INPUT` or `BAD_CURSOR`
 */
export function toListPage<T>(
  list: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  args: ListArguments,
  { pageSizes, cursors }: { pageSizes: PageSizes; cursors: ListCursors },
): ListPage<T> {
  const { size, cursor } = toPageRequest(args, pageSizes);
  const after = cursor === null ? null : openCursor(cursor, list, cursors);
  const sorted = items.map((node) => ({ key: keyOf(node), node })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const rest = sorted.filter(({ key }) => after === null || key > after);
  const edges = rest.slice(0, size).map(({ key, node }) => ({ cursor: cursors.encode([list, key]), node }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rest.length > edges.length,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}

function openCursor(cursor: string, list: string, cursors: ListCursors): string {
  const [of, key] = cursors.decode(cursor) ?? [];
  if (of === list && typeof key === 'string') return key;
  throw new RequestError(
    'BAD_CURSOR',
    'This cursor does not belong to this list. Use cursors exactly as they were returned, with the same arguments, or start again without one.',
  );
}
