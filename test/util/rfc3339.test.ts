import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toRfc3339 } from '../../src/util/rfc3339.ts';

const LIMIT = 8_640_000_000_000_000;

test('writes every time as the platform does, one day after the other', () => {
  const near = fc.integer({ min: -200_000_000, max: 200_000_000 });
  const anywhere = fc.double({ min: -LIMIT, max: LIMIT, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.oneof(near, anywhere)), (times) => {
      expect(times.map((time) => toRfc3339(time))).toEqual(times.map((time) => new Date(time).toISOString()));
    }),
  );
});

test('refuses what is not a time', () => {
  for (const time of [NaN, Infinity, LIMIT + 1]) expect(() => toRfc3339(time)).toThrow(RangeError);
});
