import { z } from 'zod';
import type { ListCursors } from '../gateway/list-cursors.ts';
import { toPageRequest, type PageSizes } from '../timeline/page-request.ts';
import { openPlace, toConnection, type ListConnection } from './list-connection.ts';

export interface ListArguments {
  first?: number | null;
  after?: string | null;
}

export interface ListPage<T> extends ListConnection<{ cursor: string; node: T }> {
  totalCount: number;
}

const keyPlace = z.tuple([z.string()]);

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
  const request = toPageRequest(args, pageSizes);
  const { size, cursor } = request;
  const [after = null] = cursor === null ? [] : openPlace(cursor, list, keyPlace, cursors);
  const sorted = items.map((node) => ({ key: keyOf(node), node })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const rest = sorted.filter(({ key }) => after === null || key > after);
  const edges = rest.slice(0, size).map(({ key, node }) => ({ cursor: cursors.encode([list, key]), node }));
  return { ...toConnection(edges, request, rest.length > edges.length), totalCount: items.length };
}
