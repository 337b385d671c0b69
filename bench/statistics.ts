/** What several rounds gave. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** @throws Error when there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new Error('Nothing was measured');
  return { median: medianOf(sorted), least, most };
}

/** @throws Error when there are no values */
export function medianOf(values: readonly number[]): number {
  return percentileOf(values, 0.5);
}

/**
 * The nearest rank: a value that was measured, not one between two.
 *
 * @param share of 1
 * @throws Error when there are no values
 */
export function percentileOf(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('Nothing was measured');
  return value;
}
