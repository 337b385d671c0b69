import type { Figures } from './bench-case.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** A figure of a variant. */
export interface Place {
  variant: string;
  figure: string;
}

/** What a case must show: a figure, or its ratio to another one of the same round. */
export interface Claim {
  caseName: string;
  title: string;
  of: Place;
  to?: Place;
  must: { atLeast: number } | { atMost: number };
}

/** By variant; the figures of all its rounds. */
export type Measured = ReadonlyMap<string, readonly Figures[]>;

export interface Verdict {
  claim: Claim;
  value: Spread;
  isReached: boolean;
}

/** @returns null when a variant was not measured */
export function judge(claim: Claim, measured: Measured): Verdict | null {
  const values = valuesAt(claim.of, measured);
  const others = claim.to ? valuesAt(claim.to, measured) : values.map(() => 1);
  const ratios = values.flatMap((value, round) => {
    const other = others[round];
    return other === undefined ? [] : [value / other];
  });
  if (ratios.length === 0) return null;
  const value = spreadOf(ratios);
  const { must } = claim;
  const isReached = 'atLeast' in must ? value.median >= must.atLeast : value.median <= must.atMost;
  return { claim, value, isReached };
}

function valuesAt({ variant, figure }: Place, measured: Measured): number[] {
  return (measured.get(variant) ?? []).map((figures) => {
    const value = figures[figure];
    if (value === undefined) throw new Error(`${variant} has no figure "${figure}"`);
    return value;
  });
}
