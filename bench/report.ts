import type { PreparedCase } from './bench-case.ts';
import type { Claim, Measured, Verdict } from './claims.ts';
import { spreadOf, type Spread } from './statistics.ts';
import { toDigits, toTable } from './table.ts';

/** Each figure of each variant, as median with least and most; `-` where a variant has no such figure. */
export function toFiguresTable(measured: Measured): string {
  const variants = [...measured.keys()];
  const names = new Set(
    [...measured.values()].flatMap((rounds) => rounds.flatMap((figures) => Object.keys(figures))),
  );
  const rows = [...names].map((name) => [
    name,
    ...variants.map((variant) => {
      const values = (measured.get(variant) ?? []).flatMap((figures) => figures[name] ?? []);
      return values.length === 0 ? '-' : toSpreadText(spreadOf(values));
    }),
  ]);
  return toTable([['', ...variants], ...rows]);
}

export function toVerdictsTable(verdicts: readonly Verdict[]): string {
  return toTable([
    ['', 'measured', 'must', ''],
    ...verdicts.map(({ claim, value, isReached }) => [
      claim.title,
      toSpreadText(value),
      toMustText(claim.must),
      isReached ? 'reached' : 'NOT REACHED',
    ]),
  ]);
}

export function toVariantsText({ variants }: PreparedCase): string {
  return [...variants].map(([name, { does }]) => `  ${name}: ${does}\n`).join('');
}

export function toMustText(must: Claim['must']): string {
  return 'atLeast' in must ? `>= ${must.atLeast}` : `<= ${must.atMost}`;
}

export function toSpreadText({ median, least, most }: Spread): string {
  return least === most ? toDigits(median) : `${toDigits(median)} (${toDigits(least)}-${toDigits(most)})`;
}
