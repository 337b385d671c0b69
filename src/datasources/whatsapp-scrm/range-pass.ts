import type { Clock } from '../../util/clock.ts';
import { ShortPageRule } from '../kit/short-page.ts';
import type { CallBudget } from '../message-source.ts';
import type { WhatsAppClient } from './client.ts';
import { Findings } from './findings.ts';
import type { FoundRecords } from './found-records.ts';
import { toDigest, type PagePlace, type PageReader, type RangeQuery } from './page-reader.ts';
import { shorterExponent, type TimeRange } from './time-range.ts';
import { toPlacedRecords, type PlacedRecord } from './to-message.ts';
import type { Totals } from './totals.ts';
import type { WireMessagePage } from './wire.ts';

/** The advice to request a shorter range. */
export interface TooLong {
  isTooLong: true;
  exponent: number;
}

/** A range should fill this many pages: few calls are for its last, short page, and the first messages come soon. */
const WANTED_PAGES = 3;
/** A range that fills more pages than this is dropped for shorter ones. */
const MAX_PAGES = 10;
/** So many pages in a row without new messages: one may be an accident, when messages arrive meanwhile. */
const MAX_REPETITIONS = 2;
const SAME_PAGE = 'The provider answers with the same page over and over';
/** How many times shorter a range gets at once: a total may be wildly wrong. */
const MAX_SHORTENING = 64;
/** The same, where only the pages that were read tell that a range is too long. */
const BLIND_SHORTENING = 4;
/**
 * How long the pages of each further reading are, as a part of the first one's: cut elsewhere, an order that differs from
 * page to page hides other records.
 */
const SIZES = [1, 3 / 4, 1 / 2, 1, 2 / 3, 1, 2 / 5, 1, 1, 1] as const;

export const MAX_PASSES = SIZES.length;

/**
 * Reads the numbered pages of a range from the first to the last.
 *
 * Records that arrive in between push others back to later pages, and the repetitions are dropped. That is why the
 * cache key of a page names the records of the pages before it: after a change in the earlier ones, later ones that
 * were cached before it are not found.
 */
export class RangePass {
  readonly #pages: PageReader;
  readonly #client: WhatsAppClient;
  readonly #totals: Totals;
  readonly #clock: Clock;
  readonly #pageSize: number;
  readonly #shortPages = new ShortPageRule();
  // Kept for as long as the page store holds the page.
  readonly #placed = new WeakMap<WireMessagePage, PlacedRecord[]>();
  readonly #records = new WeakMap<WireMessagePage, { before: FoundRecords; after: FoundRecords }>();
  readonly #digests = new WeakMap<WireMessagePage, { previous: string; digest: string }>();
  /** Shorter than asked for where the provider has a maximum of its own. */
  #fullPageLength: number;

  constructor(
    pages: PageReader,
    client: WhatsAppClient,
    totals: Totals,
    { clock, pageSize }: { clock: Clock; pageSize: number },
  ) {
    this.#pages = pages;
    this.#client = client;
    this.#totals = totals;
    this.#clock = clock;
    this.#pageSize = pageSize;
    this.#fullPageLength = pageSize;
  }

  /** Messages that a range should hold. */
  get wantedMessages(): number {
    return WANTED_PAGES * this.#fullPageLength;
  }

  /** Whether the store keeps how the range begins. */
  isKept(query: RangeQuery): Promise<boolean> {
    return this.#pages.isKept(query, this.#firstPlace(0));
  }

  /** Fetches the first page of a range, unless it is kept. */
  async begin(query: RangeQuery, budget: CallBudget): Promise<void> {
    await this.#pages.read(query, this.#firstPlace(0), budget);
  }

  /**
   * @throws UpstreamError when the provider fails
   * @throws BudgetSpentError when `budget` has no calls left; the pages read until then are kept
   */
  async read(query: RangeQuery, budget: CallBudget): Promise<Findings | TooLong> {
    return this.#readPages(query, 0, budget, true);
  }

  /**
   * Reads a range that is not too long, or a part of one.
   *
   * @param pass how often it has been read before
   */
  async readOn(query: RangeQuery, pass: number, budget: CallBudget): Promise<Findings> {
    const found = await this.#readPages(query, pass, budget, false);
    if (found instanceof Findings) return found;
    throw new Error('A range that must be read was skipped');
  }

  async #readPages(
    query: RangeQuery,
    pass: number,
    budget: CallBudget,
    mayShorten: boolean,
  ): Promise<Findings | TooLong> {
    const found = new Findings();
    let place = this.#firstPlace(pass);
    let previousLength = 0;
    let repetitions = 0;
    let greatestTotal: number | null = null;
    const knownMissing = this.#totals.knownMissingAhead(query);
    for (; ; place = { ...place, current: place.current + 1 }) {
      const page = await this.#pages.read(query, place, budget);
      const length = page.records.length + page.unplacedCount;
      const known = found.records.size;
      found.records = this.#recordsAfter(page, found.records);
      found.pages.push(page);
      found.places.push({ query, place });
      place = { ...place, digest: this.#digestAfter(page, place.digest) };
      if (page.total !== null) greatestTotal = Math.max(page.total, greatestTotal ?? 0);
      // Not the page's own: a total falls when what was found is deleted meanwhile.
      if (greatestTotal !== null && found.records.size > greatestTotal) this.#totals.areTrusted = false;
      if (found.records.size > known) found.unplacedCount += page.unplacedCount;
      // A record that the provider counts and leaves out makes a page short, too.
      const isMoreTold = this.#totals.areTrusted && (page.total ?? 0) - knownMissing > found.count;
      if (length === 0 || (!isMoreTold && this.#shortPages.isEnd(length, place.pageSize))) {
        if (length === 0) this.#shortPages.sawEnd(previousLength);
        break;
      }
      if (found.records.size === known) {
        if (++repetitions < MAX_REPETITIONS) continue;
        // In an order that differs from page to page, even two pages may hold nothing but what others have shown.
        if (!isSamePage(found.pages)) break;
        if (!isEndRepeated(length, place.pageSize, found)) {
          // Kept, they would fail the range long after the provider has recovered.
          await this.#pages.forget(found.places);
          throw this.#client.badResponse(SAME_PAGE);
        }
        this.#shortPages.sawEnd(length);
        break;
      }
      repetitions = 0;
      // What is followed by more was as long as the provider makes its pages.
      if (place.current > 1 && pass === 0) this.#fullPageLength = previousLength;
      previousLength = length;
      const exponent = mayShorten ? this.#toShorterExponent(query.range, place.current, page.total) : null;
      if (exponent !== null) return { isTooLong: true, exponent };
    }
    found.claimed = this.#toClaim(query.range, found.pages);
    return found;
  }

  #placedOn(page: WireMessagePage): PlacedRecord[] {
    let placed = this.#placed.get(page);
    if (!placed) this.#placed.set(page, (placed = toPlacedRecords(page.records)));
    return placed;
  }

  /** @param before the records of the pages before it */
  #recordsAfter(page: WireMessagePage, before: FoundRecords): FoundRecords {
    const known = this.#records.get(page);
    // The first page of each reading comes after none.
    if (known && (known.before === before || (known.before.size === 0 && before.size === 0)))
      return known.after;
    const after = before.with(this.#placedOn(page));
    this.#records.set(page, { before, after });
    return after;
  }

  /** @param previous the digest of the pages before it */
  #digestAfter(page: WireMessagePage, previous: string): string {
    const known = this.#digests.get(page);
    if (known?.previous === previous) return known.digest;
    const digest = toDigest(previous, this.#placedOn(page));
    this.#digests.set(page, { previous, digest });
    return digest;
  }

  #firstPlace(pass: number): PagePlace {
    const pageSize = Math.max(1, Math.floor(this.#pageSize * (SIZES[pass] ?? 1)));
    return { pass, current: 1, pageSize, digest: '' };
  }

  /**
   * The greatest of the totals, since a total that fell shows a deletion, by which a record moves to a page that has
   * been read. In a range that reaches into the present the first, since messages that arrive later are not missing.
   */
  #toClaim({ until }: TimeRange, pages: readonly WireMessagePage[]): number {
    const totals = pages.map(({ total }) => total ?? 0);
    return until * 1000 > this.#clock.now() ? (totals[0] ?? 0) : Math.max(...totals);
  }

  /** @returns null to read on: the range is not too long, or it is a second and cannot be shorter */
  #toShorterExponent(range: TimeRange, pagesRead: number, total: number | null): number | null {
    if (range.until - range.from === 1) return null;
    const isTotalKnown = this.#totals.areTrusted && total !== null && total > 0;
    const pages = isTotalKnown ? total / this.#fullPageLength : pagesRead;
    if (isTotalKnown ? pages <= MAX_PAGES : pagesRead < MAX_PAGES) return null;
    return shorterExponent(
      range,
      isTotalKnown ? Math.min(pages / WANTED_PAGES, MAX_SHORTENING) : BLIND_SHORTENING,
    );
  }
}

/** Whether the last two pages have the same records. */
function isSamePage(pages: readonly WireMessagePage[]): boolean {
  const [one, other] = pages.slice(-2).map(({ records }) => toPlacedRecords(records).map(toSequence));
  return one?.toSorted().join() === other?.toSorted().join();
}

function toSequence({ sequence }: PlacedRecord): string {
  return sequence;
}

/**
 * Beyond the last page some servers answer with the last one again. A server that ignores page numbers does so for
 * every number, but that would show in a full first page.
 */
function isEndRepeated(length: number, pageSize: number, { pages, count }: Findings): boolean {
  const isBeyondFirst = pages.length > 1 + MAX_REPETITIONS;
  return isBeyondFirst || length < pageSize || pages.at(-1)?.total === count;
}
