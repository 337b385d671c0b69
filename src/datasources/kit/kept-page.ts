/** A page as stores keep it and processes send it. */
export interface KeptPage<T> {
  value: T;
  /** Unix ms: when the provider's answer was complete, by the latest and the earliest that it may have been. */
  fetchedAt: number;
  earliestFetchedAt: number;
  /** Unix ms. */
  usableUntil: number;
  /** How much of the memory it takes, in messages; positive. */
  weight: number;
}

/** Part of every key: pages that an older version of the gateway wrote in another format are ignored. */
const FORMAT = 'v4 ';

/** @returns its key outside of this process */
export function toKeptKey(key: string): string {
  return FORMAT + key;
}

/** Nothing but what is kept: it may be more. */
export function toText(kept: KeptPage<unknown>): string {
  const { value, fetchedAt, earliestFetchedAt, usableUntil, weight } = kept;
  return JSON.stringify({
    value,
    fetchedAt,
    earliestFetchedAt,
    usableUntil,
    weight,
  } satisfies KeptPage<unknown>);
}

/** @returns null when it is no page */
export function parseKept<T>(text: string): KeptPage<T> | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  return isKept<T>(kept) ? kept : null;
}

/** The value is one of this format: stores keep others from writing. */
export function isKept<T>(kept: unknown): kept is KeptPage<T> {
  if (typeof kept !== 'object' || kept === null || !('value' in kept)) return false;
  const { fetchedAt, earliestFetchedAt, usableUntil, weight } = kept as Partial<
    Record<keyof KeptPage<T>, unknown>
  >;
  return [fetchedAt, earliestFetchedAt, usableUntil, weight].every(Number.isFinite) && Number(weight) > 0;
}
