import { createHash } from 'node:crypto';
import { urlExpiriesOf } from '../../domain/media-urls.ts';
import type { ChannelDependencies } from '../dependencies.ts';
import type { PageKey } from '../kit/held-page.ts';
import type { CallBudget } from '../message-source.ts';
import type { MessageQuery, WhatsAppClient } from './client.ts';
import type { WhatsAppConfig } from './config.ts';
import type { Conditions } from './conditions.ts';
import type { TimeRange } from './time-range.ts';
import { toContentOf, type PlacedRecord } from './to-message.ts';
import type { WireMessagePage, WireRecord } from './wire.ts';

export interface RangeQuery {
  range: TimeRange;
  conditions: Conditions;
  /** Unix ms: pages fetched since then are fresh enough. */
  notBefore: number;
}

/** One numbered page of a range. */
export interface PagePlace {
  /** Which reading of the range it belongs to, from 0. */
  pass: number;
  /** From 1. */
  current: number;
  pageSize: number;
  /** Of the records of the pages before it. */
  digest: string;
}

/** Where a page that was read is kept. */
export interface ReadPlace {
  query: RangeQuery;
  place: PagePlace;
}

/** The provider's claims about a page that it returned, true or not. */
export interface PageClaim extends Pick<WireMessagePage, 'total' | 'pages' | 'size' | 'current'> {
  /** Unix ms. */
  answeredAt: number;
  /** Unix ms: the ends of the requested time range. */
  from: number;
  until: number;
  listed: number;
}

/** Reads single numbered pages through the page store. */
export class PageReader {
  /** The newest; null before the first. */
  latestClaim: PageClaim | null = null;
  readonly #channel: string;
  readonly #account: string;
  readonly #client: WhatsAppClient;
  readonly #deps: Pick<ChannelDependencies, 'pages' | 'clock' | 'log'>;

  constructor(
    config: WhatsAppConfig,
    client: WhatsAppClient,
    deps: Pick<ChannelDependencies, 'pages' | 'clock' | 'log'>,
  ) {
    this.#channel = config.name;
    this.#account = `whatsapp-scrm ${config.baseUrl} ${config.tenantId}`;
    this.#client = client;
    this.#deps = deps;
  }

  isKept(query: RangeQuery, place: PagePlace): Promise<boolean> {
    return this.#deps.pages.has(this.#toKey(query, place));
  }

  read(query: RangeQuery, place: PagePlace, budget: CallBudget): Promise<WireMessagePage> {
    const { range, conditions } = query;
    const { current, pageSize } = place;
    return this.#deps.pages.read({
      ...this.#toKey(query, place),
      budget,
      fetch: async () => {
        // Whether the ends belong to the range is not published: so both are requested a millisecond outside of what
        // is kept, which is right either way.
        const info = { ...conditions, startChatTime: range.from * 1000 - 1, endChatTime: range.until * 1000 };
        const page = await this.#client.fetchMessagePage({ info, current, pageSize }, budget);
        this.#noteLeftOut(page, info);
        this.latestClaim = this.#toClaim(page, range);
        return page;
      },
      weigh: (page) => page.records.length,
      usableUntil: (page) => toUsableUntil(page, this.#deps.clock.now()),
    });
  }

  /** Pages that turned out wrong or incomplete together must be fetched again. */
  async forget(read: readonly ReadPlace[]): Promise<void> {
    await Promise.all(read.map(({ query, place }) => this.#deps.pages.forget(this.#toKey(query, place).key)));
  }

  #toClaim({ total, pages, size, current, ...page }: WireMessagePage, { from, until }: TimeRange): PageClaim {
    const listed = page.records.length + page.unplacedCount;
    const times = { answeredAt: this.#deps.clock.now(), from: from * 1000, until: until * 1000 };
    return { ...times, total, pages, size, current, listed };
  }

  /**
   * A record without a time of sending is placed by when the provider stored it, which may lie outside of its range.
   */
  #noteLeftOut({ records, unplacedCount }: WireMessagePage, info: MessageQuery['info']): void {
    const isAskedFor = ({ chatTime }: WireRecord): boolean =>
      chatTime >= info.startChatTime && chatTime <= info.endChatTime;
    const leftOutCount = unplacedCount + records.filter((record) => !isAskedFor(record)).length;
    if (leftOutCount === 0) return;
    this.#deps.log.warn(
      { channel: this.#channel, leftOutCount },
      'Skipped messages without a time in their range',
    );
  }

  #toKey(
    { range, conditions, notBefore }: RangeQuery,
    { pass, current, pageSize, digest }: PagePlace,
  ): PageKey {
    const key = [
      this.#account,
      JSON.stringify(conditions),
      range.from,
      range.until,
      pageSize,
      current,
      digest,
      ...(pass === 0 ? [] : [`pass ${pass}`]),
    ];
    return { key: key.join(' '), notBefore, coversUntil: range.until * 1000 };
  }
}

/** A digest of the records of all pages so far. */
export function toDigest(previous: string, page: readonly PlacedRecord[]): string {
  const sequences = page.map(({ sequence }) => sequence).join();
  return createHash('sha256').update(`${previous} ${sequences}`).digest('base64url').slice(0, 16);
}

/** URLs that had expired when they came may be cached. @returns Unix ms */
function toUsableUntil({ records }: WireMessagePage, now: number): number {
  const expiries = records.flatMap((record) => urlExpiriesOf(toContentOf(record).parts));
  return Math.min(...expiries.filter((expiry) => expiry > now), Infinity);
}
