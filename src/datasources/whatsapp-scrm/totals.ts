import { LRUCache } from 'lru-cache';
import type { Findings } from './findings.ts';
import type { RangeQuery } from './page-reader.ts';
import type { TimeRange } from './time-range.ts';

/** How many records a range stayed short of, whatever was tried. */
interface Shortfall {
  conditions: string;
  range: TimeRange;
  missing: number;
  /** Unix ms: the walks that began by then have had it looked for. */
  asOf: number;
}

const MAX_SHORTFALLS = 1_000;

/**
 * What has been learned of an account's totals. The provider's own sample contradicts itself on them, so they are
 * trusted until they are seen to be wrong, and again once they are right where that is no accident.
 */
export class Totals {
  areTrusted = true;
  readonly #shortfalls = new LRUCache<string, Shortfall>({ max: MAX_SHORTFALLS });

  /** Learns from a range that was read from its first page to its last. */
  judge({ claimed, count, filledPages, isEndSeen, places }: Findings): void {
    const pageSize = places[0]?.place.pageSize ?? Infinity;
    // A list that is longer than a page has a second one, unless all of that is left out: hardly a whole page's worth.
    const isSecondMissing = filledPages <= 1 && isEndSeen && claimed - count >= pageSize;
    if (isSecondMissing) this.areTrusted = false;
    // A total of the page, or one that is always the same, is right by chance where there is one page.
    else if (claimed === count && filledPages > 1) this.areTrusted = true;
  }

  /** @param missing what a range stayed short of, whatever was tried; 0: it is complete */
  note({ range, conditions, notBefore }: RangeQuery, missing: number): void {
    const wanted = JSON.stringify(conditions);
    for (const key of this.#keysWithin(wanted, range)) this.#shortfalls.delete(key);
    if (missing === 0) return;
    this.#shortfalls.set(`${wanted} ${range.from} ${range.until}`, {
      conditions: wanted,
      range,
      missing,
      asOf: notBefore,
    });
  }

  /** By how many a range is known to stay short, so that it is not tried again. */
  knownMissing({ range, conditions }: RangeQuery): number {
    return this.#keysWithin(JSON.stringify(conditions), range)
      .map((key) => this.#shortfalls.get(key)?.missing ?? 0)
      .reduce((sum, missing) => sum + missing, 0);
  }

  /** The same, with what a walk has looked for in longer ranges before it came to what is left of them. */
  knownMissingAhead({ range, conditions, notBefore }: RangeQuery): number {
    const wanted = JSON.stringify(conditions);
    return [...this.#shortfalls.values()]
      .filter(
        (known) =>
          known.conditions === wanted &&
          (isWithin(known.range, range) || (known.asOf >= notBefore && isOverlapping(known.range, range))),
      )
      .reduce((sum, { missing }) => sum + missing, 0);
  }

  /** Another walk has met what is known of a range. */
  renew({ range, conditions, notBefore }: RangeQuery): void {
    for (const key of this.#keysWithin(JSON.stringify(conditions), range)) {
      const known = this.#shortfalls.get(key);
      if (known) known.asOf = Math.max(known.asOf, notBefore);
    }
  }

  #keysWithin(conditions: string, range: TimeRange): string[] {
    return [...this.#shortfalls.entries()]
      .filter(([, known]) => known.conditions === conditions && isWithin(known.range, range))
      .map(([key]) => key);
  }
}

function isWithin(inner: TimeRange, outer: TimeRange): boolean {
  return inner.from >= outer.from && inner.until <= outer.until;
}

function isOverlapping(one: TimeRange, other: TimeRange): boolean {
  return one.from < other.until && other.from < one.until;
}
