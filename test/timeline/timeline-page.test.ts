import { expect, test, vi } from 'vitest';
import type { MessageRecord } from '../../src/domain/records.ts';
import type { CursorPlace } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { toPage, type PageParts, type TimelinePage } from '../../src/timeline/timeline-page.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

const channel = new MemoryChannel();
const nodes = [1, 2, 3].map((sentAt) => channel.add(sentAt));
const cursors = nodes.map(({ key }) => `at ${key}`);

function open({
  messages = nodes,
  ...changes
}: Partial<PageParts> & { messages?: readonly MessageRecord[] } = {}): {
  page: TimelinePage;
  sealed: () => number[];
} {
  const toCursors = vi.fn((of: readonly CursorPlace[]) =>
    of.map(({ edgeSource }) => `at ${String(edgeSource)}`),
  );
  const page = toPage({
    direction: 'forward',
    trail: {
      nodes: [...messages],
      placesAfter: (from, end) =>
        messages.slice(from, end).map(({ key }) => ({ edgeSource: key, places: [] })),
    },
    stop: null,
    hasMore: true,
    isContinued: false,
    sources: [],
    selection: { filter: NO_FILTER, span: { since: 0, until: 4 }, isArchiveOnly: false },
    search: null,
    toCursors,
    ...changes,
  });
  return { page, sealed: () => toCursors.mock.calls.map(([of]) => of.length) };
}

/** All that can be read of it. */
function read({ nodes: shown, edges, pageInfo, sources }: TimelinePage): unknown {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
  return {
    nodes: shown,
    edges: edges.map(({ node, cursor }) => ({ node, cursor })),
    pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor },
    sources,
  };
}

test('a page shows its edges in order, and the cursors of its ends', () => {
  expect(read(open().page)).toEqual({
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursors[index] })),
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: cursors[0], endCursor: cursors[2] },
    sources: [],
  });
});

test('a page that was read backward shows them the other way round', () => {
  expect(read(open({ direction: 'backward', isContinued: true }).page)).toEqual({
    nodes: nodes.toReversed(),
    edges: nodes.map((node, index) => ({ node, cursor: cursors[index] })).toReversed(),
    pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: cursors[2], endCursor: cursors[0] },
    sources: [],
  });
});

test('a page that was cut short ends where reading stopped, and an empty one has no cursors but that', () => {
  const stop = { edgeSource: 'beyond', places: [] };
  const { startCursor, endCursor } = open({ stop }).page.pageInfo;
  expect([startCursor, endCursor]).toEqual([cursors[0], 'at beyond']);
  const none = open({ messages: [], stop });
  expect(none.page.pageInfo).toMatchObject({ startCursor: null, endCursor: 'at beyond' });
  expect(open({ messages: [] }).page.pageInfo).toMatchObject({
    startCursor: null,
    endCursor: null,
  });
});

test('no cursor is sealed before it is read, those of the edges are together, and those of the ends are not sealed again', () => {
  const { page, sealed } = open();
  expect(sealed()).toEqual([]);
  expect([page.pageInfo.endCursor, page.pageInfo.endCursor]).toEqual([cursors[2], cursors[2]]);
  expect(sealed()).toEqual([1]);
  expect([...page.edges, ...page.edges].map(({ cursor }) => cursor)).toEqual([...cursors, ...cursors]);
  expect([page.pageInfo.endCursor, page.pageInfo.startCursor]).toEqual([cursors[2], cursors[0]]);
  expect(sealed()).toEqual([1, 3]);
});
