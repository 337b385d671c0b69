import type { MessageRecord } from '../domain/records.ts';
import type { CursorPlace } from './cursor.ts';
import type { PageRequest } from './page-request.ts';
import type { SourceStatus } from './source-status.ts';

/** A message in a list, with its position. */
export interface MessageEdge {
  readonly cursor: string;
  readonly node: MessageRecord;
}

export interface TimelinePage {
  edges: MessageEdge[];
  nodes: MessageRecord[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  sources: SourceStatus[];
}

export interface PageParts {
  direction: PageRequest['direction'];
  /** In the order of reading, as all of these. */
  nodes: readonly MessageRecord[];
  /** Of the nodes. */
  places: readonly CursorPlace[];
  /** Where the next page begins; null when there is nothing at all. */
  stop: CursorPlace | null;
  hasMore: boolean;
  isContinued: boolean;
  sources: SourceStatus[];
  /** Seals the cursors of these places. */
  toCursors: (places: readonly CursorPlace[]) => string[];
}

/** Cursors are sealed when they are read, those of the edges together: most queries select only that of an end. */
export function toPage(parts: PageParts): TimelinePage {
  const { direction, nodes: read, places, stop, hasMore, isContinued, sources, toCursors } = parts;
  const isForward = direction === 'forward';
  const sealed = new Map<CursorPlace, string>();
  const cursorOf = (place: CursorPlace, others: readonly CursorPlace[] = [place]): string => {
    if (!sealed.has(place))
      for (const [index, cursor] of toCursors(others).entries()) sealed.set(others[index] ?? place, cursor);
    const cursor = sealed.get(place);
    if (cursor === undefined) throw new Error('A place of the page has no cursor');
    return cursor;
  };
  const toEnd = (place: CursorPlace | null | undefined): string | null => (place ? cursorOf(place) : null);
  const toFirst = (): string | null => toEnd(places[0]);
  const toLast = (): string | null => toEnd(stop);
  const toEdge = (node: MessageRecord, index: number): MessageEdge => ({
    node,
    get cursor() {
      const place = places[index];
      if (!place) throw new Error('A message of the page has no place');
      return cursorOf(place, places);
    },
  });
  let edges: MessageEdge[] | null = null;
  return {
    get edges() {
      if (!edges) {
        edges = read.map(toEdge);
        if (!isForward) edges.reverse();
      }
      return edges;
    },
    nodes: isForward ? [...read] : read.toReversed(),
    pageInfo: {
      hasNextPage: isForward ? hasMore : isContinued,
      hasPreviousPage: isForward ? isContinued : hasMore,
      get startCursor() {
        return isForward ? toFirst() : toLast();
      },
      get endCursor() {
        return isForward ? toLast() : toFirst();
      },
    },
    sources,
  };
}
