import { createHash } from 'node:crypto';
import type { ChannelDependencies } from '../dependencies.ts';
import type { Clock } from '../kit/clock.ts';
import type { PageKey } from '../kit/page-store.ts';
import { ShortPageRule } from '../kit/short-page.ts';
import type { Access } from '../message-source.ts';
import type { MessageQuery, WhatsAppClient } from './client.ts';
import type { WhatsAppConfig } from './config.ts';
import { toContent, toUrlExpiries } from './content.ts';
import type { Conditions } from './push-down.ts';
import { shorterExponent, type TimeRange } from './time-range.ts';
import { toMessages, toPlacedRecords, type PlacedRecord, type WhatsAppMessageRecord } from './to-message.ts';
import type { WireMessagePage, WireRecord } from './wire.ts';

export interface RangeQuery {
  range: TimeRange;
  conditions: Conditions;
  /** Unix ms: pages fetched since then are good enough. */
  notBefore: number;
}

/** A range read whole, or the advice to ask for a shorter one. */
export type RangeAnswer =
  { isTooLong: false; messages: WhatsAppMessageRecord[] } | { isTooLong: true; exponent: number };

/** A range should fill this many pages: few calls are for its last, short page, and the first messages come soon. */
const WANTED_PAGES = 3;
/** A range that fills more pages than this is given up for shorter ones. */
const MAX_PAGES = 10;
/** So many pages in a row that bring nothing new: one may be an accident, when messages come in meanwhile. */
const MAX_REPETITIONS = 2;
const SAME_PAGE = 'The provider answers with the same page over and over';
/** How many times shorter a range gets at once: a total may be wildly wrong. */
const MAX_SHORTENING = 64;
/** The same, where only the pages that were read tell that a range is too long. */
const BLIND_SHORTENING = 4;

/**
 * Reads all messages of a range of time.
 *
 * The provider pages by number, in an order that it does not publish, through a list that may grow meanwhile. So a
 * range is read whole, page after page, and put in order here. What comes in between pushes others back to pages that
 * are still to be read, and the repetitions fall away; nothing is passed over, as long as no page is older than the one
 * before it. That is why the key under which a page is kept names the records of the pages before it: after a change in
 * the earlier ones, later ones that were kept before it are not found.
 */
export class RangeReader {
  readonly #channel: string;
  readonly #account: string;
  readonly #pageSize: number;
  readonly #client: WhatsAppClient;
  readonly #pages: ChannelDependencies['pages'];
  readonly #clock: Clock;
  readonly #log: ChannelDependencies['log'];
  readonly #shortPages = new ShortPageRule();
  /** The provider's sample contradicts itself on totals. They are believed until one is seen to be wrong. */
  #areTotalsRight = true;
  /** By last page: so that small steps through a long range do not make its messages anew each time. */
  readonly #made = new WeakMap<
    WireMessagePage,
    { pages: WireMessagePage[]; messages: WhatsAppMessageRecord[] }
  >();
  /** Shorter than asked for where the provider has a maximum of its own. */
  #fullPageLength: number;

  constructor(
    config: WhatsAppConfig,
    client: WhatsAppClient,
    { pages, clock, log }: Pick<ChannelDependencies, 'pages' | 'clock' | 'log'>,
  ) {
    this.#channel = config.name;
    this.#account = `whatsapp-scrm ${config.baseUrl} ${config.tenantId}`;
    this.#pageSize = config.quota.pageSize;
    this.#fullPageLength = this.#pageSize;
    this.#client = client;
    this.#pages = pages;
    this.#clock = clock;
    this.#log = log;
  }

  /** Messages that a range should hold. */
  get wantedMessages(): number {
    return WANTED_PAGES * this.#fullPageLength;
  }

  /** Whether the store keeps the range, or at least how it begins. */
  isKept(query: RangeQuery): Promise<boolean> {
    return this.#pages.has(this.#pageKey(query, 1, ''));
  }

  /**
   * @throws UpstreamError when the provider fails
   * @throws BudgetSpentError when `access` has no calls left; the pages read until then are kept
   */
  async read(query: RangeQuery, access: Access): Promise<RangeAnswer> {
    const { range } = query;
    const records = new Map<string, PlacedRecord>();
    const pages: WireMessagePage[] = [];
    let unplacedCount = 0;
    let digest = '';
    let previousLength = 0;
    let repetitions = 0;
    for (let current = 1; ; current++) {
      const page = await this.#readPage(query, current, digest, access);
      const length = toListedCount(page);
      const placed = toPlacedRecords(page.records);
      const known = records.size;
      for (const record of placed) records.set(record.sequence, record);
      digest = toDigest(digest, placed);
      pages.push(page);
      if (page.total !== null && records.size > page.total) this.#areTotalsRight = false;
      if (records.size > known) unplacedCount += page.unplacedCount;
      if (this.#shortPages.isEnd(length, this.#pageSize)) {
        if (length === 0) this.#shortPages.sawEnd(previousLength);
        break;
      }
      if (records.size === known) {
        if (++repetitions < MAX_REPETITIONS) continue;
        if (!this.#isEndRepeated(length, pages, records.size + unplacedCount))
          throw this.#client.badResponse(SAME_PAGE);
        this.#shortPages.sawEnd(length);
        break;
      }
      repetitions = 0;
      // What is followed by more was as long as the provider makes its pages.
      if (current > 1) this.#fullPageLength = previousLength;
      previousLength = length;
      const exponent = this.#toShorterExponent(range, current, page.total);
      if (exponent !== null) return { isTooLong: true, exponent };
    }
    const count = records.size + unplacedCount;
    // Any of them may be right: the list may have grown between two pages.
    if (!pages.some(({ total }) => total === count)) this.#areTotalsRight = false;
    return { isTooLong: false, messages: this.#toMessages(pages, [...records.values()].filter(isIn(range))) };
  }

  /** @param records of the pages; the messages are shared among all that ask for them, so never change them */
  #toMessages(pages: WireMessagePage[], records: PlacedRecord[]): WhatsAppMessageRecord[] {
    const lastPage = pages.at(-1);
    const made = lastPage && this.#made.get(lastPage);
    if (made?.pages.length === pages.length && made.pages.every((page, index) => page === pages[index])) {
      return made.messages;
    }
    const messages = toMessages(this.#channel, records);
    if (lastPage) this.#made.set(lastPage, { pages, messages });
    return messages;
  }

  /**
   * Beyond the last page some servers answer with the last one again. So does, whatever the number, a server that pays
   * no heed to it, but that would show in a full first page.
   */
  #isEndRepeated(length: number, pages: WireMessagePage[], count: number): boolean {
    const isBeyondFirst = pages.length > 1 + MAX_REPETITIONS;
    return isBeyondFirst || length < this.#pageSize || pages.at(-1)?.total === count;
  }

  /** @returns null to read on: the range is not too long, or it is a second and cannot be shorter */
  #toShorterExponent(range: TimeRange, pagesRead: number, total: number | null): number | null {
    if (range.until - range.from === 1) return null;
    const isTotalKnown = this.#areTotalsRight && total !== null && total > 0;
    const pages = isTotalKnown ? total / this.#fullPageLength : pagesRead;
    if (isTotalKnown ? pages <= MAX_PAGES : pagesRead < MAX_PAGES) return null;
    return shorterExponent(
      range,
      isTotalKnown ? Math.min(pages / WANTED_PAGES, MAX_SHORTENING) : BLIND_SHORTENING,
    );
  }

  #readPage(query: RangeQuery, current: number, digest: string, access: Access): Promise<WireMessagePage> {
    const { range, conditions } = query;
    return this.#pages.read({
      ...this.#pageKey(query, current, digest),
      fetch: async () => {
        // Whether the ends belong to the range is not published: so both are asked for a millisecond outside of what
        // is kept, which is right either way.
        const info = { ...conditions, startChatTime: range.from * 1000 - 1, endChatTime: range.until * 1000 };
        const page = await this.#client.fetchMessagePage({ info, current, pageSize: this.#pageSize }, access);
        this.#noteLeftOut(page, info);
        return page;
      },
      weigh: (page) => page.records.length,
      usableUntil: (page) => toUsableUntil(page, this.#clock.now()),
    });
  }

  /** What has to be placed by when the provider took it down may then lie outside of the range that lists it. */
  #noteLeftOut({ records, unplacedCount }: WireMessagePage, info: MessageQuery['info']): void {
    const isAskedFor = ({ chatTime }: WireRecord): boolean =>
      chatTime >= info.startChatTime && chatTime <= info.endChatTime;
    const leftOutCount = unplacedCount + records.filter((record) => !isAskedFor(record)).length;
    if (leftOutCount === 0) return;
    this.#log.warn(
      { channel: this.#channel, leftOutCount },
      'left out messages that have no time in their range',
    );
  }

  #pageKey({ range, conditions, notBefore }: RangeQuery, current: number, digest: string): PageKey {
    const key = [
      this.#account,
      JSON.stringify(conditions),
      range.from,
      range.until,
      this.#pageSize,
      current,
      digest,
    ];
    return { key: key.join(' '), notBefore, coversUntil: range.until * 1000 };
  }
}

function isIn({ from, until }: TimeRange): (placed: PlacedRecord) => boolean {
  return ({ record }) => record.chatTime >= from * 1000 && record.chatTime < until * 1000;
}

/** As the provider counts. */
function toListedCount({ records, unplacedCount }: WireMessagePage): number {
  return records.length + unplacedCount;
}

/** The records of all pages so far, in few characters. */
function toDigest(previous: string, page: readonly PlacedRecord[]): string {
  const sequences = page.map(({ sequence }) => sequence).join();
  return createHash('sha256').update(`${previous} ${sequences}`).digest('base64url').slice(0, 16);
}

/** URLs that were dead when they came do not get worse by being kept. @returns Unix ms */
function toUsableUntil({ records }: WireMessagePage, now: number): number {
  const expiries = records.flatMap(({ contentType, content }) =>
    toUrlExpiries(toContent(contentType, content)),
  );
  return Math.min(...expiries.filter((expiry) => expiry > now), Infinity);
}
