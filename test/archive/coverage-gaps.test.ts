import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveredByAll, gapsWithin, joined, without } from '../../src/archive/coverage-gaps.ts';
import type { TimeSpan } from '../../src/store/store.ts';
import { runs } from '../support/runs.ts';

const END = 30;
const moments = Array.from({ length: END }, (_, moment) => moment);
/** The moments of which a list tells, and the spans of that list. */
const coverage = fc
  .subarray(moments)
  .map((covered) => ({ covered: new Set(covered), spans: toSpans(covered) }));

function toSpans(covered: readonly number[]): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const moment of covered) {
    const last = spans.at(-1);
    if (last?.until === moment) last.until++;
    else spans.push({ since: moment, until: moment + 1 });
  }
  return spans;
}

test('the gaps are all that is within and not covered, oldest first', () => {
  fc.assert(
    fc.property(coverage, fc.nat(END), fc.nat(END), ({ covered, spans }, since, until) => {
      const missing = moments.filter((moment) => moment >= since && moment < until && !covered.has(moment));
      expect(gapsWithin(spans, { since, until })).toEqual(toSpans(missing));
    }),
    { numRuns: runs(300) },
  );
});

test('what is in one list and not in the other, and what is in either', () => {
  fc.assert(
    fc.property(coverage, coverage, (one, other) => {
      const rest = moments.filter((moment) => one.covered.has(moment) && !other.covered.has(moment));
      expect(without(one.spans, other.spans).flatMap(toMoments)).toEqual(rest);
      const either = moments.filter((moment) => one.covered.has(moment) || other.covered.has(moment));
      expect(joined([...one.spans, ...other.spans])).toEqual(toSpans(either));
    }),
    { numRuns: runs(300) },
  );
});

test('covered by all is what each of them covers', () => {
  fc.assert(
    fc.property(fc.array(coverage, { minLength: 1, maxLength: 4 }), (list) => {
      const common = moments.filter((moment) => list.every(({ covered }) => covered.has(moment)));
      expect(coveredByAll(list.map(({ spans }) => spans)).flatMap(toMoments)).toEqual(common);
    }),
    { numRuns: runs(300) },
  );
  expect(coveredByAll([])).toEqual([]);
});

function toMoments({ since, until }: TimeSpan): number[] {
  return moments.slice(since, until);
}
