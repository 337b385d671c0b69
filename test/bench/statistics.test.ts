import { expect, test } from 'vitest';
import { medianOf, percentileOf, spreadOf } from '../../bench/statistics.ts';

test('a percentile is the nearest rank, whatever the order of the values', () => {
  const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
  const shares = [0, 0.1, 0.11, 0.5, 0.99, 1];
  expect(shares.map((share) => percentileOf(values, share))).toEqual([1, 1, 2, 5, 10, 10]);
});

test('the median is a measured value also of an even number of them', () => {
  expect([medianOf([3]), medianOf([2, 1]), medianOf([1, 30, 2])]).toEqual([3, 1, 2]);
});

test('a spread has the median, the least and the most', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
});

test('of nothing there is no spread', () => {
  expect(() => spreadOf([])).toThrow('Nothing was measured');
  expect(() => percentileOf([], 0.5)).toThrow('Nothing was measured');
});
