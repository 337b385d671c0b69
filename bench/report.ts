import type { KeptCase } from './result.ts';
import type { Spread } from './statistics.ts';

type Rows = string[][];

/** Each figure of each variant, as median with least and most; `-` where a variant has no such figure. */
export function toFigureRows({ figures }: Pick<KeptCase, 'figures'>): Rows {
  const variants = Object.entries(figures);
  const names = new Set(variants.flatMap(([, own]) => Object.keys(own)));
  const rows = [...names].map((name) => [
    name,
    ...variants.map(([, own]) => {
      const value = own[name];
      return value ? toSpreadText(value) : '-';
    }),
  ]);
  return [['', ...variants.map(([variant]) => variant)], ...rows];
}

/** What must be reached, and whether it is. */
export function toClaimRows({ claims }: Pick<KeptCase, 'claims'>): Rows {
  return [
    ['', 'measured', 'must', ''],
    ...claims.map(({ title, measured, must, isReached }) => [
      title,
      toSpreadText(measured),
      'atLeast' in must ? `>= ${must.atLeast}` : `<= ${must.atMost}`,
      isReached ? 'reached' : 'NOT REACHED',
    ]),
  ];
}

function toSpreadText({ median, least, most }: Spread): string {
  return least === most ? toDigits(median) : `${toDigits(median)} (${toDigits(least)} to ${toDigits(most)})`;
}

/** Three digits that count, since no more can be relied on. */
export function toDigits(value: number): string {
  if (value === 0) return '0';
  const decimals = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(Math.max(decimals, 0), 3));
}
