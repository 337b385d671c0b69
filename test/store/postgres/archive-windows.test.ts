import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toMonth } from '../../../src/store/postgres/archive/months.ts';
import { narrowSpan, toWindows } from '../../../src/store/postgres/archive/read.ts';
import { runs } from '../../support/runs.ts';

const toMonths = (first: number, count: number): ReturnType<typeof toMonth>[] =>
  Array.from({ length: count }, (_, index) => toMonth(Date.UTC(2020, first + index, 15)));

test('a month of UTC begins with it and ends where the next one begins', () => {
  const march = { since: Date.UTC(2026, 2, 1), until: Date.UTC(2026, 3, 1) };
  expect([march.since, march.until - 1].map(toMonth)).toEqual([march, march]);
  expect(toMonth(march.until).since).toBe(march.until);
  expect(toMonth(-1)).toEqual({ since: Date.UTC(1969, 11), until: 0 });
});

test('months are read one, two, four and so on at a time, in either order', () => {
  const months = toMonths(0, 8);
  const span = { since: Date.UTC(2020, 0, 10), until: Date.UTC(2020, 7, 20) };
  const at = (month: number, day = 1): number => Date.UTC(2020, month, day);
  expect(toWindows(months, { order: 'DESC', span })).toEqual([
    { since: at(7), until: at(7, 20) },
    { since: at(5), until: at(7) },
    { since: at(1), until: at(5) },
    { since: at(0, 10), until: at(1) },
  ]);
  expect(toWindows(months, { order: 'ASC', span })).toEqual([
    { since: at(0, 10), until: at(1) },
    { since: at(1), until: at(3) },
    { since: at(3), until: at(7) },
    { since: at(7), until: at(7, 20) },
  ]);
});

test('each moment of the span with a month is in one window', () => {
  const moment = fc.integer({ min: Date.UTC(2019, 0), max: Date.UTC(2024, 0) });
  fc.assert(
    fc.property(
      fc.constantFrom('ASC', 'DESC'),
      fc.nat(20),
      moment,
      moment,
      moment,
      (order, count, since, until, at) => {
        const months = toMonths(0, count);
        const windows = toWindows(months, { order, span: { since, until } });
        const isIn = (span: { since: number; until: number }): boolean => at >= span.since && at < span.until;
        const expected = isIn({ since, until }) && months.some(isIn) ? 1 : 0;
        expect(windows.filter(isIn)).toHaveLength(expected);
      },
    ),
    { numRuns: runs(1_000) },
  );
});

test('a span is narrowed to twelve months with messages', () => {
  const months = toMonths(0, 30);
  const whole = { since: 0, until: Number.MAX_SAFE_INTEGER };
  expect(narrowSpan(months, { order: 'ASC', span: whole })).toEqual({ since: 0, until: Date.UTC(2021, 0) });
  expect(narrowSpan(months, { order: 'DESC', span: whole })).toEqual({
    ...whole,
    since: Date.UTC(2021, 6),
  });
  const few = { since: Date.UTC(2021, 0, 5), until: Date.UTC(2021, 11, 5) };
  for (const order of ['ASC', 'DESC'] as const) {
    expect(narrowSpan(months, { order, span: few })).toEqual(few);
    expect(narrowSpan([], { order, span: whole })).toEqual(whole);
  }
});
