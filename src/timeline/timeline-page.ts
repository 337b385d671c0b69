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

/** Cursors are sealed when they are read, all of a page together: most queries select only those of its ends. */
export function toPage(parts: PageParts): TimelinePage {
  const { direction, nodes: read, places, stop, hasMore, isContinued, sources, toCursors } = parts;
  const isForward = direction === 'forward';
  const toEnds = once(() => {
    const begin = places[0] ?? null;
    const cursors = new Map<CursorPlace | null, string>();
    const ends = [...new Set([begin, stop])].filter((place) => place !== null);
    for (const [index, cursor] of toCursors(ends).entries()) cursors.set(ends[index] ?? null, cursor);
    const [first, last] = [cursors.get(begin) ?? null, cursors.get(stop) ?? null];
    return isForward ? { start: first, end: last } : { start: last, end: first };
  });
  const toEdgeCursors = once(() => toCursors(places));
  const edges = read.map((node, index): MessageEdge => ({
    node,
    get cursor() {
      const cursor = toEdgeCursors()[index];
      if (cursor === undefined) throw new Error('A message of the page has no place');
      return cursor;
    },
  }));
  return {
    edges: isForward ? edges : edges.reverse(),
    nodes: isForward ? [...read] : read.toReversed(),
    pageInfo: {
      hasNextPage: isForward ? hasMore : isContinued,
      hasPreviousPage: isForward ? isContinued : hasMore,
      get startCursor() {
        return toEnds().start;
      },
      get endCursor() {
        return toEnds().end;
      },
    },
    sources,
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
