import { expect, test } from 'vitest';
import { z } from 'zod';
import { ListCursors } from '../../src/gateway/list-cursors.ts';
import { nameList, openPlace, toConnection } from '../../src/resolvers/list-connection.ts';
import { Sealer } from '../../src/util/sealing.ts';

const cursors = new ListCursors(new Sealer(Buffer.alloc(32, 1), 'list cursors'));
const place = z.tuple([z.number(), z.string()]);

test('a list is named by its name and all that selects it, in a few characters', () => {
  const selects = [null, 'shop', { kinds: ['TEXT'] }, 'x'.repeat(10_000)];
  const names = [
    nameList('rows', selects),
    nameList('rows', selects),
    nameList('others', selects),
    nameList('rows', selects.slice(1)),
    nameList('rows', [undefined, ...selects.slice(1)]),
  ];
  expect(new Set(names).size).toBe(3);
  expect([names[0], names[4]]).toEqual([names[1], names[1]]);
  expect(names[0]).toMatch(/^rows \S{22}$/);
});

test('a cursor is opened in its list only, and with a place as the list has them', () => {
  const open = (cursor: string, list = 'a'): unknown => openPlace(cursor, list, place, cursors);
  expect(open(cursors.encode(['a', 7, 'x']))).toEqual([7, 'x']);
  for (const cursor of [
    cursors.encode(['b', 7, 'x']),
    cursors.encode(['a', 'x', 7]),
    cursors.encode(['a', 7]),
    cursors.encode(['a', 7, 'x', 8]),
    cursors.encode([]),
    'no cursor',
  ])
    expect(() => open(cursor)).toThrow(
      expect.objectContaining({
        code: 'BAD_CURSOR',
        message: expect.stringContaining('start again') as string,
      }),
    );
});

test.each([
  ['forward', null, true, { hasNextPage: true, hasPreviousPage: false }],
  ['forward', 'x', false, { hasNextPage: false, hasPreviousPage: true }],
  ['backward', null, true, { hasNextPage: false, hasPreviousPage: true }],
  ['backward', 'x', false, { hasNextPage: true, hasPreviousPage: false }],
] as const)('paging %s from %s, with more: %s', (direction, cursor, hasMore, has) => {
  const edges = [1, 2].map((node) => ({ cursor: `at ${node}`, node }));
  expect(toConnection(edges, { direction, cursor }, hasMore)).toEqual({
    edges,
    nodes: [1, 2],
    pageInfo: { ...has, startCursor: 'at 1', endCursor: 'at 2' },
  });
  expect(toConnection([], { direction, cursor }, hasMore).pageInfo).toEqual({
    ...has,
    startCursor: null,
    endCursor: null,
  });
});
