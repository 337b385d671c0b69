import type { QuotaDemand, QuotaLimits } from '../store.ts';

export const NOTHING: QuotaLimits = { callsPerSecond: 0, maxConcurrent: 0 };

/** What another process has of a quota, and needs. */
export interface Sharer {
  held: QuotaLimits;
  needed: QuotaLimits;
}

/**
 * The share of one process while there is enough for every call: what it needs, and its reserve as far as others need it
 * not. One that could not make a call with it gets nothing.
 */
export function allot(
  limits: QuotaLimits,
  { needed, wanted }: QuotaDemand,
  others: readonly Sharer[],
): QuotaLimits {
  const left = leftOf(limits, others);
  const share = toLimits((part) => {
    const lacking = others.reduce((sum, one) => sum + Math.max(0, one.needed[part] - one.held[part]), 0);
    return Math.min(left[part], Math.max(needed[part], Math.min(wanted[part], left[part] - lacking)));
  });
  return share.callsPerSecond > 0 && share.maxConcurrent > 0 ? share : NOTHING;
}

/** What none of them has. */
export function leftOf(limits: QuotaLimits, sharers: readonly Pick<Sharer, 'held'>[]): QuotaLimits {
  return toLimits((part) =>
    Math.max(0, limits[part] - sharers.reduce((sum, { held }) => sum + held[part], 0)),
  );
}

export function toLimits(amount: (part: keyof QuotaLimits) => number): QuotaLimits {
  return { callsPerSecond: amount('callsPerSecond'), maxConcurrent: amount('maxConcurrent') };
}
