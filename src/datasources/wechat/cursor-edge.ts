import { lengthOf, type NativePage } from './native-page.ts';
import type { DigestedRecord } from './record-order.ts';

/**
 * Finds out whether a page begins with the record whose id it was requested with, or with the one after it. Neither
 * is documented. One per channel: it learns once.
 */
export class CursorEdge {
  #isInclusive: boolean | null = null;

  /**
   * @param next the page that was requested with the `msgId` of `page`
   * @param fetchOne requests that page again, for one record only
   * @returns the one record of `next` that is also the last of `page`; null when there is none
   */
  async findRepeated(
    page: NativePage,
    next: NativePage,
    fetchOne: () => Promise<NativePage>,
  ): Promise<DigestedRecord | null> {
    if (this.#isInclusive === false || next.records.length === 0) return null;
    const candidates = commonRecords(page, next);
    if (candidates.length === 0) {
      // Nothing is repeated; unless it was a record that we cannot compare.
      if (page.unplaceable === 0) this.#isInclusive ??= false;
      return null;
    }
    if (this.#isInclusive === true && candidates.length === 1) return candidates[0] ?? null;
    // A customer may have sent the same words twice in one second. But only an inclusive cursor can lead to itself.
    const one = lengthOf(next) === 1 ? next : await fetchOne();
    this.#isInclusive = one.msgId === page.msgId;
    return this.#isInclusive ? (one.records[0] ?? null) : null;
  }
}

/** Those of `next` that might be in `page` too, identical ones once. */
function commonRecords(page: NativePage, next: NativePage): DigestedRecord[] {
  const inPage = new Set(page.records.map(identify));
  const common = new Map(
    next.records.filter((record) => inPage.has(identify(record))).map((record) => [identify(record), record]),
  );
  return [...common.values()];
}

/** @returns the page's records without one that is identical to `repeated` */
export function withoutRepeated({ records }: NativePage, repeated: DigestedRecord | null): DigestedRecord[] {
  if (repeated === null) return records;
  const index = records.findIndex((record) => identify(record) === identify(repeated));
  return records.filter((_, at) => at !== index);
}

function identify({ time, digest }: DigestedRecord): string {
  return `${time}.${digest}`;
}
