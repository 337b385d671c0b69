import { expect, test } from 'vitest';
import { ListCursors } from '../../src/gateway/list-cursors.ts';
import { Sealer } from '../../src/util/sealing.ts';

const cursors = new ListCursors(new Sealer(Buffer.alloc(32, 1), 'list cursors'));

test('a cursor holds its place, and shows nothing of it', () => {
  const cursor = cursors.encode(['sessions', 'lin@teahouse', 7]);
  expect(cursors.decode(cursor)).toEqual(['sessions', 'lin@teahouse', 7]);
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('teahouse');
});

test.each([
  [
    'another gateway made',
    new ListCursors(new Sealer(Buffer.alloc(32, 2), 'list cursors')).encode(['sessions']),
  ],
  ['was cut', cursors.encode(['sessions']).slice(0, -1)],
  ['is none', 'not a cursor'],
  ['is empty', ''],
])('one that %s is not opened', (_, cursor) => {
  expect(cursors.decode(cursor)).toBeNull();
});
