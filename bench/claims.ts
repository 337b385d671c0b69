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

/** By variant: what it does, and the figures of each round. */
export type Measured = ReadonlyMap<string, { does: string; rounds: readonly Figures[] }>;

export interface Verdict {
  claim: Claim;
  measured: Spread;
  /** By the median. */
  isReached: boolean;
}

/** @returns null when one of its variants was not measured. @throws Error when a variant has no such figure */
export function judge(claim: Claim, measured: Measured): Verdict | null {
  const values = valuesAt(claim.of, measured);
  const others = claim.to ? valuesAt(claim.to, measured) : values.map(() => 1);
  if (values.length === 0 || others.length === 0) return null;
  const ratios = spreadOf(values.map((value, round) => value / (others[round] ?? NaN)));
  const { must } = claim;
  const isReached = 'atLeast' in must ? ratios.median >= must.atLeast : ratios.median <= must.atMost;
  return { claim, measured: ratios, isReached };
}

function valuesAt({ variant, figure }: Place, measured: Measured): number[] {
  return (measured.get(variant)?.rounds ?? []).map((figures) => {
    const value = figures[figure];
    if (value === undefined) throw new Error(`${variant} has no figure "${figure}"`);
    return value;
  });
}
