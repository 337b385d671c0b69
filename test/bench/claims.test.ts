import { expect, test } from 'vitest';
import { judge, type Claim, type Measured } from '../../bench/claims.ts';
import { cases } from '../../bench/cases/index.ts';
import { CLAIMS } from '../../bench/must.ts';

const RATE: Claim = {
  caseName: 'warm',
  title: 'rate',
  of: { variant: 'ours', figure: 'rate' },
  to: { variant: 'peer', figure: 'rate' },
  must: { atLeast: 0.5 },
};

function measured(figures: Record<string, number[]>): Measured {
  return new Map(
    Object.entries(figures).map(([name, rates]) => [
      name,
      { does: '', rounds: rates.map((rate) => ({ rate })) },
    ]),
  );
}

test('a ratio is that of the same round, so a machine that slows down does not change it', () => {
  const verdict = judge(RATE, measured({ ours: [10, 5, 1], peer: [20, 10, 2] }));
  expect(verdict).toEqual({ claim: RATE, measured: { median: 0.5, least: 0.5, most: 0.5 }, isReached: true });
});

test('the median decides, above or below as the claim says', () => {
  const rounds = measured({ ours: [4, 6, 30], peer: [10, 10, 10] });
  const atMost: Claim = { ...RATE, must: { atMost: 0.5 } };
  expect([judge(RATE, rounds)?.isReached, judge(atMost, rounds)?.isReached]).toEqual([true, false]);
});

test('a claim without another place is about the figure itself', () => {
  const { to: _, ...alone } = RATE;
  expect(judge(alone, measured({ ours: [3] }))?.measured).toEqual({ median: 3, least: 3, most: 3 });
});

test('what was not measured is not judged, and a figure of another name is a mistake', () => {
  expect(judge(RATE, measured({ ours: [1] }))).toBeNull();
  expect(judge(RATE, measured({ peer: [1] }))).toBeNull();
  const misspelt: Claim = { ...RATE, of: { variant: 'ours', figure: 'rates' } };
  expect(() => judge(misspelt, measured({ ours: [1], peer: [1] }))).toThrow('ours has no figure "rates"');
});

test('every claim is of a case that there is, and no two of a case have one title', () => {
  const names = cases.map(({ name }) => name);
  expect(CLAIMS.filter(({ caseName }) => !names.includes(caseName))).toEqual([]);
  const titles = CLAIMS.map(({ caseName, title }) => `${caseName}: ${title}`);
  expect(new Set(titles).size).toBe(titles.length);
});
