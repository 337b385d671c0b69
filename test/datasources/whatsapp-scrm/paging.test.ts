import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNativePosition } from '../../../src/datasources/whatsapp-scrm/paging.ts';
import {
  bestBlockAhead,
  blockAhead,
  blockAround,
  blocksAhead,
  cutAt,
  MAX_EXPONENT,
  nextExponent,
  settledEdge,
  shorterExponent,
} from '../../../src/datasources/whatsapp-scrm/time-range.ts';

const edge = fc.integer({ min: 1, max: 2 ** 31 });
const exponent = fc.integer({ min: 0, max: MAX_EXPONENT });
const order = fc.constantFrom('ASC' as const, 'DESC' as const);

describe('ranges of time', () => {
  test('a block touches its edge, is no longer than its power of two, and ends where blocks end', () => {
    fc.assert(
      fc.property(edge, exponent, order, (at, power, direction) => {
        for (const block of [blockAhead(at, direction, power), bestBlockAhead(at, direction, power)]) {
          const [near, far] = direction === 'DESC' ? [block.until, block.from] : [block.from, block.until];
          const length = block.until - block.from;
          expect(near).toBe(at);
          expect(length).toBeGreaterThan(0);
          expect(length).toBeLessThanOrEqual(2 ** power);
          expect(far % 2 ** Math.floor(Math.log2(length))).toBe(0);
        }
      }),
    );
  });

  test('a second is inside the block around it, and in each of those ahead of it', () => {
    fc.assert(
      fc.property(edge, exponent, (second, power) => {
        const block = blockAround(second, power);
        expect(block.from <= second && second < block.until).toBe(true);
        expect(block.until - block.from).toBe(2 ** power);
        const history = { from: 0, until: Infinity };
        const ahead = blocksAhead(second, 'ASC', power, history);
        expect(ahead.every(({ from, until }) => from === second && until > second)).toBe(true);
        expect(new Set(ahead.map(({ until }) => until)).size).toBe(ahead.length);
      }),
    );
  });

  test('what is shortened is really shorter, and what is empty lets the next grow eightfold', () => {
    fc.assert(
      fc.property(
        edge,
        exponent,
        order,
        fc.double({ min: 1, max: 64, noNaN: true }),
        (at, power, direction, excess) => {
          const range = blockAhead(at, direction, power);
          const length = range.until - range.from;
          if (length > 1) expect(2 ** shorterExponent(range, excess)).toBeLessThan(length);
        },
      ),
    );
    expect(nextExponent(10, { from: 0, until: 1024 }, 0, 300)).toBe(13);
    expect(nextExponent(10, { from: 0, until: 1024 }, 300, 300)).toBe(10);
    expect(nextExponent(10, { from: 0, until: 1 }, 0, 300)).toBe(10);
    expect(nextExponent(0, { from: 0, until: 1 }, 5000, 300)).toBe(0);
    expect(nextExponent(26, { from: 0, until: 2 ** 26 }, 0, 300)).toBe(26);
  });

  test('the present is cut off, the side that is read first stays', () => {
    const range = { from: 100, until: 200 };
    expect(cutAt(150, range, 'DESC')).toEqual({ from: 150, until: 200 });
    expect(cutAt(150, range, 'ASC')).toEqual({ from: 100, until: 150 });
    expect(cutAt(200, range, 'ASC')).toEqual(range);
    expect(cutAt(100, range, 'DESC')).toEqual(range);
    fc.assert(
      fc.property(edge, (second) => {
        const back = second - settledEdge(second * 1000);
        expect(back).toBeGreaterThanOrEqual(1024);
        expect(back).toBeLessThan(3 * 1024);
      }),
    );
  });

  test.each([
    [null],
    [{ from: 1 }],
    [{ from: 5, until: 1, exponent: 3 }],
    [{ from: 1, until: 5, exponent: 99 }],
    ['x'],
  ])('the position %j is refused', (page) => {
    const position = { order: 'ASC' as const, page, passed: null, isPassedExcluded: false, watermark: null };
    expect(() => parseNativePosition(position)).toThrow('not one of the WhatsApp history');
  });
});
