import type { MessageRecord } from '../domain/records.ts';
import type { Search } from '../domain/search.ts';
import type { TimeSpan } from '../store/store.ts';
import type { CursorPlace } from './cursor.ts';
import type { TimelineFilter } from './filter.ts';
import type { PageRequest } from './page-request.ts';
import type { SourceStatus } from './source-status.ts';
import type { Trail } from './trail.ts';

/** A message in a list, with its position. */
export interface MessageEdge {
  readonly cursor: string;
  readonly node: MessageRecord;
  /** What the list was searched for; null: for nothing. */
  readonly search: Search | null;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** Which messages a list has, on all its pages together. */
export interface ListSelection {
  readonly filter: TimelineFilter;
  /** When they were sent. */
  readonly span: TimeSpan;
  /** Only what is kept is listed. */
  readonly isArchiveOnly: boolean;
}

export interface TimelinePage {
  readonly edges: readonly MessageEdge[];
  readonly nodes: readonly MessageRecord[];
  readonly pageInfo: PageInfo;
  readonly sources: SourceStatus[];
  readonly selection: ListSelection;
}

export interface PageParts {
  direction: PageRequest['direction'];
  /** What was read, and where. */
  trail: Pick<Trail, 'nodes' | 'placesAfter'>;
  /** Where reading stopped, if that is beyond the last message. */
  stop: CursorPlace | null;
  hasMore: boolean;
  isContinued: boolean;
  sources: SourceStatus[];
  selection: ListSelection;
  search: Search | null;
  /** Seals the cursors of these places. */
  toCursors: (places: readonly CursorPlace[]) => string[];
}

/** Cursors are sealed when they are read, those of the edges together: most queries select only that of an end. */
export function toPage(parts: PageParts): TimelinePage {
  return new Page(parts);
}

/*
 * These are classes because an object literal with a getter costs V8 a hidden class of its own, in the old generation: that
 * keeps all that the getter sees in memory until the next collection of the whole heap.
 */

class Page implements TimelinePage {
  readonly nodes: readonly MessageRecord[];
  readonly pageInfo: PageInfo;
  readonly sources: SourceStatus[];
  readonly selection: ListSelection;
  readonly #parts: PageParts;
  readonly #cursors: Cursors;
  #edges: readonly MessageEdge[] | null = null;

  constructor(parts: PageParts) {
    const { trail, sources, selection } = parts;
    this.#parts = parts;
    this.#cursors = new Cursors(parts);
    this.nodes = inShownOrder(trail.nodes, parts);
    this.pageInfo = new Ends(parts, this.#cursors);
    this.sources = sources;
    this.selection = selection;
  }

  get edges(): readonly MessageEdge[] {
    this.#edges ??= inShownOrder(
      this.#parts.trail.nodes.map((node, index) => new Edge(node, index, this.#parts.search, this.#cursors)),
      this.#parts,
    );
    return this.#edges;
  }
}

class Ends implements PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #isForward: boolean;
  readonly #cursors: Cursors;

  constructor({ direction, hasMore, isContinued }: PageParts, cursors: Cursors) {
    this.#isForward = direction === 'forward';
    this.#cursors = cursors;
    this.hasNextPage = this.#isForward ? hasMore : isContinued;
    this.hasPreviousPage = this.#isForward ? isContinued : hasMore;
  }

  get startCursor(): string | null {
    return this.#isForward ? this.#cursors.ofBegin() : this.#cursors.ofEnd();
  }

  get endCursor(): string | null {
    return this.#isForward ? this.#cursors.ofEnd() : this.#cursors.ofBegin();
  }
}

class Edge implements MessageEdge {
  readonly node: MessageRecord;
  readonly search: Search | null;
  readonly #index: number;
  readonly #cursors: Cursors;

  constructor(node: MessageRecord, index: number, search: Search | null, cursors: Cursors) {
    this.node = node;
    this.search = search;
    this.#index = index;
    this.#cursors = cursors;
  }

  get cursor(): string {
    return this.#cursors.ofEdge(this.#index);
  }
}

/** In the order of reading. Each is sealed once. */
class Cursors {
  readonly #parts: PageParts;
  #ofEdges: readonly string[] | null = null;
  #ofBegin: string | null = null;
  #ofEnd: string | null = null;

  constructor(parts: PageParts) {
    this.#parts = parts;
  }

  ofEdge(index: number): string {
    const { trail, toCursors } = this.#parts;
    this.#ofEdges ??= toCursors(trail.placesAfter(0, trail.nodes.length));
    const cursor = this.#ofEdges[index];
    if (cursor === undefined) throw new Error('A message of the page has no cursor');
    return cursor;
  }

  /** @returns null when there is none */
  ofBegin(): string | null {
    return (this.#ofBegin ??= this.#ofNode(0));
  }

  /** Where the next page begins. @returns null when there is nothing at all */
  ofEnd(): string | null {
    const { trail, stop } = this.#parts;
    return (this.#ofEnd ??= stop ? this.#seal([stop]) : this.#ofNode(trail.nodes.length - 1));
  }

  #ofNode(index: number): string | null {
    const { trail } = this.#parts;
    if (!trail.nodes[index]) return null;
    return this.#ofEdges ? this.ofEdge(index) : this.#seal(trail.placesAfter(index, index + 1));
  }

  #seal(places: readonly CursorPlace[]): string | null {
    return this.#parts.toCursors(places)[0] ?? null;
  }
}

function inShownOrder<T>(read: readonly T[], { direction }: PageParts): readonly T[] {
  return direction === 'forward' ? read : read.toReversed();
}
