import { expect, test } from 'vitest';
import type { SourcePosition } from '../../src/datasources/message-source.ts';
import { RequestError } from '../../src/errors/request-error.ts';
import { Sealer } from '../../src/util/sealing.ts';
import { CursorCodec, type TimelinePosition } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';

const sealer = new Sealer(Buffer.alloc(32, 1), 'cursors');
const codec = new CursorCodec(Buffer.alloc(32, 1), 'cursors');
const shop: SourcePosition = {
  order: 'DESC',
  page: { window: 1_464_710_400, floor: 20_165_001 },
  passed: '0001464710500-000007',
  isPassedExcluded: false,
  watermark: 1_464_710_500_000,
};
const binding = { filter: NO_FILTER, order: 'DESC' };
const position: TimelinePosition = {
  order: 'DESC',
  asOf: 1_760_000_000_123,
  edgeSource: 'shop',
  sources: {
    shop,
    corp: { order: 'ASC', page: null, passed: null, isPassedExcluded: false, watermark: null },
    broadcast: null,
    whatsapp: 'BOUND',
  },
};

test('a cursor comes back as the position that it was made of, the edge excluded on turning', () => {
  expect(codec.decode(codec.encode(position, binding), binding)).toEqual({
    ...position,
    sources: { ...position.sources, shop: { ...shop, isPassedExcluded: true } },
  });
});

test.each([
  ['another filter', { ...binding, filter: { ...NO_FILTER, channels: ['shop'] } }],
  ['another order', { ...binding, order: 'ASC' }],
])('a cursor is refused with %s', (_, other) => {
  const cursor = codec.encode(position, binding);
  expect(() => codec.decode(cursor, other)).toThrow(
    new RequestError(
      'BAD_CURSOR',
      'This cursor belongs to another filter or order. Use it with the arguments of the query that returned it, or start again without it.',
    ),
  );
});

test('a cursor that was made before filters had more conditions, and ends a reason, stays good', () => {
  const cursor =
    'qVQESg6oKEIj6aKaMN86M9vOKSnbOYq8tuRnZyW8g5Dr3xa5db97fnCgSb6HXEKvxUilB8pqYy6BP-OWwvMb6qdH3_kPUKjbdbjz6cDdXSNZQzSiuMEO_8QEl_3upB1kPTLKIun0zzDwRVYjatqF7C_g7P5TOp0ANqqrFBLvrsRWmtASe8TfaKdVoCR0b7XN3x1Psv9PK6oP2-LZ4z-0CWzbxwD5xNAsiUSv94rcAFdxnytWTeIvgzHItwwGJJUa8A8';
  const unbounded = { filter: NO_FILTER, order: 'DESC', lookbackMs: undefined };
  expect(codec.decode(cursor, unbounded)).toEqual({
    order: 'DESC',
    asOf: 1_760_000_000_123,
    edgeSource: null,
    sources: {
      shop: null,
      'broadcast/@TOA#_A': {
        order: 'DESC',
        page: { before: null },
        passed: '@TOA#_A/0000000071',
        isPassedExcluded: false,
        watermark: 5,
      },
    },
  });
});

test('a changed, cut or invented cursor is refused', () => {
  const cursor = codec.encode(position, binding);
  const changed = `${cursor.slice(0, 40)}${cursor[40] === 'A' ? 'B' : 'A'}${cursor.slice(41)}`;
  for (const bad of [changed, cursor.slice(0, -1), cursor.slice(1), 'x', '{}', cursor + cursor]) {
    expect(() => codec.decode(bad, binding)).toThrow(/was not made by this gateway/);
  }
});

test('a cursor of another version is refused', () => {
  const other = sealer.seal(JSON.stringify({ v: 2 }));
  expect(() => codec.decode(other, binding)).toThrow(/another version/);
});

test('nothing of a position can be read out of its cursor', () => {
  const cursor = codec.encode(position, binding);
  const bytes = Buffer.from(cursor, 'base64url').toString('latin1');
  for (const word of ['shop', 'window', '1464710400']) expect(cursor + bytes).not.toContain(word);
});
