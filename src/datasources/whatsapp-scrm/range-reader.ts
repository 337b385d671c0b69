import type { ChannelDependencies } from '../dependencies.ts';
import type { Clock } from '../../util/clock.ts';
import type { CallBudget } from '../message-source.ts';
import type { WhatsAppClient } from './client.ts';
import type { WhatsAppConfig } from './config.ts';
import { Findings } from './findings.ts';
import { PageReader, type PageClaim, type RangeQuery } from './page-reader.ts';
import { MAX_PASSES, RangePass, type TooLong } from './range-pass.ts';
import { splitAt, type TimeRange } from './time-range.ts';
import { toMessages, type PlacedRecord, type WhatsAppMessageRecord } from './to-message.ts';
import { Totals } from './totals.ts';
import type { WireMessagePage } from './wire.ts';

export type { RangeQuery };

/** A range read whole, or the advice to request a shorter one. */
export type RangeAnswer = RangeMessages | TooLong;

export interface RangeMessages {
  isTooLong: false;
  messages: readonly WhatsAppMessageRecord[];
  /** The provider says that it has more than these, and retries did not find them. */
  isIncomplete: boolean;
}

/** So many readings in a row without new messages are enough, and twice as many where one has found some. */
const MAX_FRUITLESS = 2;

/**
 * Reads all messages of a time range.
 *
 * The provider pages by number, in an order that it does not publish, through a list that may change meanwhile. So a
 * range is read whole and sorted here, and the result is compared with the provider's total. Where the total is
 * greater, the range is read again, and then in two parts, until everything is there or nothing helps: then the
 * answer says so, and its pages are not cached.
 */
export class RangeReader {
  readonly #channel: string;
  readonly #pages: PageReader;
  readonly #pass: RangePass;
  readonly #totals = new Totals();
  readonly #clock: Clock;
  /** By last page: so that small steps through a long range do not make its messages anew each time. */
  readonly #made = new WeakMap<
    WireMessagePage,
    { pages: readonly WireMessagePage[]; messages: readonly WhatsAppMessageRecord[] }
  >();

  constructor(
    config: WhatsAppConfig,
    client: WhatsAppClient,
    deps: Pick<ChannelDependencies, 'pages' | 'clock' | 'log'>,
  ) {
    this.#channel = config.name;
    this.#clock = deps.clock;
    this.#pages = new PageReader(config, client, deps);
    const { pageSize } = config.quota;
    this.#pass = new RangePass(this.#pages, client, this.#totals, { clock: deps.clock, pageSize });
  }

  /** Messages that a range should hold. */
  get wantedMessages(): number {
    return this.#pass.wantedMessages;
  }

  /** The provider's claims about the newest page that it returned; null before the first. */
  get latestClaim(): PageClaim | null {
    return this.#pages.latestClaim;
  }

  /** Whether totals are taken as evidence that something is missing. */
  get areTotalsBelieved(): boolean {
    return this.#totals.areTrusted;
  }

  /** Whether the store keeps the range, or at least how it begins. */
  isKept(query: RangeQuery): Promise<boolean> {
    return this.#pass.isKept(query);
  }

  /** Fetches the first page of a range, unless it is kept. @throws UpstreamError, BudgetSpentError */
  begin(query: RangeQuery, budget: CallBudget): Promise<void> {
    return this.#pass.begin(query, budget);
  }

  /**
   * @throws UpstreamError when the provider fails
   * @throws BudgetSpentError when `budget` has no calls left; the pages read until then are kept
   */
  async read(query: RangeQuery, budget: CallBudget): Promise<RangeAnswer> {
    const found = await this.#find(query, budget);
    if (!(found instanceof Findings)) return found;
    const isIncomplete = found.missing > 0 && this.#totals.areTrusted;
    if (isIncomplete) await this.#pages.forget(found.places);
    return { isTooLong: false, messages: this.#toMessages(found, query.range), isIncomplete };
  }

  async #find(query: RangeQuery, budget: CallBudget): Promise<Findings | TooLong> {
    const first = await this.#pass.read(query, budget);
    if (!(first instanceof Findings)) return first;
    this.#totals.judge(first);
    const isInDoubt = this.#totals.areTrusted && first.missing > this.#totals.knownMissingAhead(query);
    if (isInDoubt) return this.#findRest(query, first, budget);
    if (first.missing === 0) this.#totals.note(query, 0);
    else this.#totals.renew(query);
    return first;
  }

  /** Reads again, and then in two parts; a range that is too short for that, repeatedly. */
  async #findRest(query: RangeQuery, found: Findings, budget: CallBudget): Promise<Findings> {
    const parts = found.filledPages > 1 ? splitAt(toMiddle(found), query.range) : [];
    let fruitless = 0;
    let patience = MAX_FRUITLESS;
    for (let pass = 1; pass < MAX_PASSES && fruitless < patience; pass++) {
      const again = await this.#pass.readOn(query, pass, budget);
      // What is complete by itself does not need the rest, which may have been deleted since.
      if (again.missing === 0) return again;
      const before = found.count;
      found.claimed = Math.max(found.claimed, again.claimed);
      found.add(again);
      if (found.missing === 0) return found;
      if (parts.length > 0) return this.#findInParts(query, found, parts, budget);
      fruitless = found.count === before ? fruitless + 1 : 0;
      if (fruitless === 0) patience = 2 * MAX_FRUITLESS;
    }
    this.#totals.note(query, found.missing);
    return found;
  }

  async #findInParts(
    query: RangeQuery,
    found: Findings,
    parts: readonly TimeRange[],
    budget: CallBudget,
  ): Promise<Findings> {
    const together = new Findings();
    for (const range of parts) {
      const part = await this.#findPart({ ...query, range }, budget);
      const listed = together.records.size + part.records.size;
      const unplacedCount = together.unplacedCount + part.unplacedCount;
      together.add(part);
      // What lies on the edge between two parts is listed in both.
      together.claimed += part.claimed - (listed - together.records.size);
      together.unplacedCount = unplacedCount;
    }
    // Growing lists have more in their parts, which are read later; but what has passed hardly grows.
    const isPast = query.range.until * 1000 <= this.#clock.now();
    if (together.missing > 0 && together.claimed > found.claimed && isPast) this.#totals.areTrusted = false;
    const { missing } = together;
    found.add(together);
    found.claimed = found.count + missing;
    return found;
  }

  async #findPart(query: RangeQuery, budget: CallBudget): Promise<Findings> {
    const first = await this.#pass.readOn(query, 0, budget);
    const isInDoubt = this.#totals.areTrusted && first.missing > this.#totals.knownMissing(query);
    return isInDoubt ? this.#findRest(query, first, budget) : first;
  }

  /** @returns shared among all that ask for them, so never change them */
  #toMessages({ pages, records }: Findings, range: TimeRange): readonly WhatsAppMessageRecord[] {
    const lastPage = pages.at(-1);
    const made = lastPage && this.#made.get(lastPage);
    if (made?.pages.length === pages.length && made.pages.every((page, index) => page === pages[index])) {
      return made.messages;
    }
    const messages = toMessages(this.#channel, records.values().filter(isIn(range)));
    if (lastPage) this.#made.set(lastPage, { pages, messages });
    return messages;
  }
}

/** The Unix second at which half of what was found lies behind. */
function toMiddle({ records }: Findings): number {
  const times = records
    .values()
    .map(({ record }) => record.chatTime)
    .sort((a, b) => a - b);
  return Math.floor((times[Math.floor(times.length / 2)] ?? 0) / 1000);
}

function isIn({ from, until }: TimeRange): (placed: PlacedRecord) => boolean {
  return ({ record }) => record.chatTime >= from * 1000 && record.chatTime < until * 1000;
}
