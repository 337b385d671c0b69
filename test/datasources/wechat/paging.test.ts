import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  toPlace,
  toRequest,
  toStart,
  windowAt,
  windowOf,
  windowsAhead,
  WINDOW_SECONDS,
} from '../../../src/datasources/wechat/paging.ts';
import { createWalk } from '../../support/walk-source.ts';
import { NOW } from './shop.ts';

const HISTORY_START = Date.parse('2026-03-01T00:00:00Z') / 1000;
const second = fc.integer({ min: HISTORY_START, max: HISTORY_START + 400 * 86_400 });

describe('windows', () => {
  test('each second belongs to exactly one, whatever the provider makes of its bounds', () => {
    fc.assert(
      fc.property(second, (moment) => {
        const window = windowOf(moment, HISTORY_START);
        expect(window.from <= moment && moment < window.end).toBe(true);
        expect(windowOf(window.from, HISTORY_START)).toEqual(window);
        expect(windowOf(window.end, HISTORY_START).from).toBe(window.end);
        // Even a provider that excludes both bounds answers for all of the window.
        const { startTime, endTime } = toRequest(window, window.end, 1, 10_000);
        expect(startTime < window.from && window.end - 1 < endTime).toBe(true);
      }),
    );
  });

  test('are never asked for with more than 24 hours, nor with a time far ahead', () => {
    fc.assert(
      fc.property(second, fc.nat({ max: 2 * WINDOW_SECONDS }), (from, age) => {
        const { startTime, endTime } = toRequest(windowAt(from), from + age, 1, 10_000);
        expect(endTime - startTime).toBeLessThanOrEqual(86_400);
        expect(startTime).toBeLessThan(endTime);
        expect(endTime).toBeLessThanOrEqual(from + age + 1);
      }),
    );
  });

  test('are walked only as far as they can hold what is wanted', () => {
    const first = windowAt(HISTORY_START);
    const newest = windowOf(NOW / 1000, HISTORY_START);
    const all = (NOW / 1000 - HISTORY_START) / WINDOW_SECONDS;
    expect(windowsAhead(newest, 99, createWalk('DESC', NOW), HISTORY_START)).toHaveLength(Math.ceil(all));
    expect(windowsAhead(first, 99, createWalk('ASC', NOW), HISTORY_START)).toHaveLength(Math.ceil(all));
    const bounded = createWalk('ASC', NOW, { newest: (first.end - 1) * 1000 + 999 });
    expect(windowsAhead(first, 99, bounded, HISTORY_START)).toEqual([first]);
  });
});

describe('a walk starts', () => {
  test('newest first in the window of its newest second', () => {
    const newest = windowOf(NOW / 1000, HISTORY_START);
    expect(toStart(createWalk('DESC', NOW), HISTORY_START, NOW)).toEqual({
      order: 'DESC',
      page: { from: newest.from, until: NOW / 1000 + 1 },
      passed: null,
      isPassedExcluded: false,
      watermark: NOW,
    });
  });

  test('oldest first where history starts, or later', () => {
    const start = { order: 'ASC', page: { from: HISTORY_START }, passed: null, isPassedExcluded: false };
    expect(toStart(createWalk('ASC', NOW), HISTORY_START, NOW)).toEqual({
      ...start,
      watermark: HISTORY_START * 1000,
    });
    const oldest = HISTORY_START * 1000 + 1_500;
    expect(toStart(createWalk('ASC', NOW, { oldest }), HISTORY_START, NOW)).toEqual({
      ...start,
      watermark: (HISTORY_START + 2) * 1000,
    });
  });

  test('not in the future', () => {
    const walk = createWalk('DESC', NOW, { newest: Infinity });
    expect(toStart(walk, HISTORY_START, NOW)).toEqual(toStart(createWalk('DESC', NOW), HISTORY_START, NOW));
  });
});

describe('a position', () => {
  const window = windowAt(HISTORY_START + 5 * WINDOW_SECONDS);
  const before = {
    order: 'DESC',
    page: { from: window.from },
    passed: null,
    isPassedExcluded: false,
    watermark: null,
  } as const;

  test('before a window leads into it, and with the other order past it', () => {
    expect(toPlace(before, 'DESC')).toEqual({ window, gap: before });
    expect(toPlace(before, 'ASC').window.from).toBe(window.end);
    expect(toPlace({ ...before, order: 'ASC' }, 'DESC').window.end).toBe(window.from);
  });

  test('in a window leads into it in both orders', () => {
    const inside = { ...before, passed: '001464710500.000001' };
    expect(toPlace(inside, 'DESC')).toEqual({ window, gap: inside });
    expect(toPlace(inside, 'ASC')).toEqual({ window, gap: inside });
  });

  test('of another shape is refused', () => {
    for (const page of [null, 7, [], { window: 3 }, { from: 'x' }, { from: 1.5 }]) {
      expect(() => toPlace({ ...before, page }, 'DESC')).toThrow('Not a position in WeChat history');
    }
  });
});
