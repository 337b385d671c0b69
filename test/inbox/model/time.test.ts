import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startOfDay, toAge, toInputDay, toShort } from '../../../inbox/model/time.ts';
import { runs } from '../../support/runs.ts';

const NOW = Date.parse('2026-03-15T12:00:00.000Z');
const MINUTE_MS = 60_000;

const day = fc
  .date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2090-01-01') })
  .map((date) => date.toISOString().slice(0, 10));

test('a day that is chosen is shown again, as the beginning and as the end of a range', () => {
  fc.assert(
    fc.property(day, (chosen) => {
      expect(toInputDay(startOfDay(chosen))).toBe(chosen);
      expect(toInputDay(startOfDay(chosen, 1), -1)).toBe(chosen);
      expect(startOfDay(chosen) < startOfDay(chosen, 1)).toBe(true);
    }),
    { numRuns: runs(300) },
  );
  expect([startOfDay(''), startOfDay('', 1), toInputDay('')]).toEqual(['', '', '']);
});

test.each([
  [0, '0 min'],
  [59, '59 min'],
  [60, '1 h'],
  [47 * 60, '47 h'],
  [48 * 60, '2 d'],
  [-5, '0 min'],
])('%i minutes are %s', (minutes, age) => {
  expect(toAge(new Date(NOW - minutes * MINUTE_MS).toISOString(), NOW)).toBe(age);
});

test('the longer ago, the more a time tells, and it never tells the same of three such times', () => {
  const moments = ['2026-03-15T11:00:00.000Z', '2026-01-15T11:00:00.000Z', '2024-01-15T11:00:00.000Z'];
  const told = moments.map((moment) => toShort(moment, NOW));
  expect(new Set(told).size).toBe(3);
  expect(told[0]).toContain(':');
  expect(told[2]).toContain('2024');
});
