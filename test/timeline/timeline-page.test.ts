import { expect, test, vi } from 'vitest';
import type { CursorPlace } from '../../src/timeline/cursor.ts';
import { toPage, type PageParts, type TimelinePage } from '../../src/timeline/timeline-page.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

const channel = new MemoryChannel();
const nodes = [1, 2, 3].map((sentAt) => channel.add(sentAt));
const places = nodes.map(({ key }): CursorPlace => ({ edgeSource: key, places: [] }));
const cursors = nodes.map(({ key }) => `at ${key}`);

function open(changes: Partial<PageParts> = {}): { page: TimelinePage; sealed: () => number[] } {
  const toCursors = vi.fn((of: readonly CursorPlace[]) =>
    of.map(({ edgeSource }) => `at ${String(edgeSource)}`),
  );
  const page = toPage({
    direction: 'forward',
    nodes,
    places,
    stop: places.at(-1) ?? null,
    hasMore: true,
    isContinued: false,
    sources: [],
    toCursors,
    ...changes,
  });
  return { page, sealed: () => toCursors.mock.calls.map(([of]) => of.length) };
}

test('a page shows its edges in order, and the cursors of its ends', () => {
  expect(open().page).toEqual({
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursors[index] })),
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: cursors[0], endCursor: cursors[2] },
    sources: [],
  });
});

test('a page that was read backward shows them the other way round', () => {
  expect(open({ direction: 'backward', isContinued: true }).page).toEqual({
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
  const none = open({ nodes: [], places: [], stop });
  expect(none.page.pageInfo).toMatchObject({ startCursor: null, endCursor: 'at beyond' });
  expect(open({ nodes: [], places: [], stop: null }).page.pageInfo).toMatchObject({
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
