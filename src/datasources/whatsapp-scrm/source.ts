import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../../errors/upstream-error.ts';
import {
  MAX_SLICE,
  type CallBudget,
  type MessageSource,
  type SourceFilter,
  type Slice,
  type SourcePosition,
  type Walk,
} from '../message-source.ts';
import {
  edgeBeyondPage,
  edgeInPage,
  isOpen,
  notBefore,
  parseNativePosition,
  startPosition,
  toBounds,
  toEnd,
  toPositionFrom,
  toSharedEdge,
  toSlice,
  type Reading,
  type ReadRange,
  type WhatsAppSlice,
} from './paging.ts';
import { toConditions, type Conditions } from './conditions.ts';
import type { RangeQuery, RangeReader } from './range-reader.ts';
import type { Speakers } from './speakers.ts';
import {
  bestBlockAhead,
  blocksAhead,
  clip,
  cutAt,
  MAX_EXPONENT,
  nextExponent,
  settledEdge,
  type TimeRange,
} from './time-range.ts';

const MAX_EDGES = 1_000;

export interface WhatsAppSourceOptions {
  channel: string;
  reader: RangeReader;
  /** Unix ms. */
  historyStart: number;
  /** Whether a customer is recorded as a member of a group who wrote. */
  hasSpoken: (nativeId: string) => Promise<boolean>;
  speakers: Speakers;
  log: Logger;
}

interface ReadingWith extends Reading {
  conditions: Conditions;
}

/** The chats of all the tenant's accounts as one stream. One read is one range of time. */
export class WhatsAppSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly told: Speakers;
  readonly #reader: RangeReader;
  /** Unix ms. */
  readonly #historyStart: number;
  readonly #hasSpoken: WhatsAppSourceOptions['hasSpoken'];
  readonly #log: Logger;
  /** The range that was read last from an edge on. */
  readonly #lastRead = new LRUCache<string, TimeRange>({ max: MAX_EDGES });

  constructor({ channel, reader, historyStart, hasSpoken, speakers, log }: WhatsAppSourceOptions) {
    this.id = channel;
    this.channel = channel;
    this.#reader = reader;
    this.#historyStart = historyStart;
    this.#hasSpoken = hasSpoken;
    this.told = speakers;
    this.#log = log;
  }

  start(walk: Walk): SourcePosition {
    return startPosition(walk, toBounds(walk, this.#historyStart));
  }

  async read(
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
    limit: number = MAX_SLICE,
  ): Promise<Slice> {
    const slice = await this.#read({
      position,
      walk,
      budget,
      limit,
      bounds: toBounds(walk, this.#historyStart),
      conditions: await this.#toConditions(walk.filter),
    });
    return { ...slice, messages: await this.told.complete(slice.messages) };
  }

  async #toConditions(filter: SourceFilter): Promise<Conditions> {
    const { participant } = filter;
    const isInGroups = participant?.role === 'CUSTOMER' && (await this.#hasSpoken(participant.nativeId));
    return toConditions(filter, isInGroups);
  }

  async #read(reading: ReadingWith): Promise<WhatsAppSlice> {
    const { position, walk, budget } = reading;
    const own = await this.#readOwnPage(reading);
    const rest = own && toSlice(own, reading, budget.freshSince(walk.asOf));
    if (rest && rest.messages.length > 0) return rest;
    // A range that was not over when it was read is read on from its last message, not from its end.
    const isDone = own !== null && !isOpen(own.page, reading);
    return this.#readFrom(
      isDone ? edgeBeyondPage(position, walk.order) : edgeInPage(position, walk.order),
      reading,
    );
  }

  /** The range that the position is in, if it is still kept: if not, it costs less to read only what is ahead. */
  async #readOwnPage(reading: ReadingWith): Promise<ReadRange | null> {
    const page = parseNativePosition(reading.position);
    if (page.from === page.until) return null;
    const query = this.#toQuery(page, reading);
    if (!(await this.#reader.isKept(query))) return null;
    const answer = await this.#reader.read(query, reading.budget);
    return answer.isTooLong ? null : { ...answer, page };
  }

  async #readFrom(edge: number, reading: ReadingWith): Promise<WhatsAppSlice> {
    const { walk, budget, bounds } = reading;
    const isOlder = walk.order === 'DESC';
    const start = isOlder ? Math.min(edge, bounds.until) : Math.max(edge, bounds.from);
    if (isOlder ? start <= bounds.from : start >= bounds.until) return toEnd(start, reading);
    const ahead = { ...reading, position: toPositionFrom(start, reading) };
    const firstEdge = isOlder ? toSharedEdge(start, reading) : start;
    const present = this.#readRange(firstEdge, ahead);
    // Not awaited: this page may not need it.
    this.#beginSettled(firstEdge, ahead).catch((error: unknown) => {
      // The read that needs it joins it, and fails if it fails.
      if (error instanceof UpstreamError || error instanceof BudgetSpentError) return;
      this.#log.error({ channel: this.channel, err: error }, 'A source failed unexpectedly');
    });
    const read = await present;
    const slice = toSlice(read, ahead, budget.freshSince(walk.asOf));
    if (slice.messages.length > 0 || slice.isEnd || !isOpen(read.page, ahead)) return slice;
    // Nothing new in the cache: so the provider is asked again, for this caller.
    const again = await this.#readRange(start, ahead, read.page);
    return toSlice(again, ahead, budget.freshSince(budget.arrivedAt));
  }

  /**
   * The first read of a process that starts in the present begins to read what has settled, too: the present is cut off there, and
   * holds few messages. Later reads find it kept, for most of them.
   */
  async #beginSettled(edge: number, reading: ReadingWith): Promise<void> {
    const { walk, budget, bounds, position } = reading;
    const settled = settledEdge(walk.asOf);
    const isFirst = walk.order === 'DESC' && this.#lastRead.size === 0;
    if (!isFirst || settled >= edge || settled <= bounds.from) return;
    const { exponent } = parseNativePosition(position);
    const query = await this.#chooseRange(settled, exponent, MAX_EXPONENT, reading);
    await this.#reader.begin(query, budget);
  }

  /**
   * Reads the range next to an edge: a cached one, or else one that promises a few full pages.
   *
   * @param again a range that was just read, to be requested again
   */
  async #readRange(edge: number, reading: ReadingWith, again?: TimeRange): Promise<ReadRange> {
    const isFresh = again !== undefined;
    let { exponent } = parseNativePosition(reading.position);
    let longest = MAX_EXPONENT;
    let query = again
      ? this.#toQuery(again, reading, isFresh)
      : ((await this.#rangeReadBefore(edge, reading)) ??
        (await this.#chooseRange(edge, exponent, longest, reading)));
    for (;;) {
      const answer = await this.#reader.read(query, reading.budget);
      const { from, until } = query.range;
      if (!answer.isTooLong) {
        const { messages } = answer;
        this.#lastRead.set(toEdgeKey(edge, reading), { from, until });
        exponent = nextExponent(exponent, { from, until }, messages.length, this.#reader.wantedMessages);
        return { ...answer, page: { from, until, exponent } };
      }
      exponent = longest = answer.exponent;
      query = await this.#chooseRange(edge, exponent, longest, reading, isFresh);
    }
  }

  /** Spares a look for longer and for shorter ones, which the store may keep too. */
  async #rangeReadBefore(edge: number, reading: ReadingWith): Promise<RangeQuery | null> {
    const range = this.#lastRead.get(toEdgeKey(edge, reading));
    const query = range && this.#toQuery(range, reading);
    return query && (await this.#reader.isKept(query)) ? query : null;
  }

  async #chooseRange(
    edge: number,
    exponent: number,
    longest: number,
    reading: ReadingWith,
    isFresh = false,
  ): Promise<RangeQuery> {
    const { walk, budget, bounds } = reading;
    const history = { from: Math.floor(this.#historyStart / 1000), until: Infinity };
    for (const block of blocksAhead(edge, walk.order, longest, history)) {
      const query = this.#toQuery(block, reading, isFresh);
      if (await this.#reader.isKept(query)) return query;
    }
    // The present is no end: where it lies changes from request to request, but the requested range should not.
    const isPresent = bounds.until * 1000 > budget.arrivedAt;
    const block = clip(
      bestBlockAhead(edge, walk.order, exponent),
      isPresent ? { ...bounds, until: Infinity } : bounds,
    );
    return this.#toQuery(cutAt(settledEdge(walk.asOf), block, walk.order), reading, isFresh);
  }

  /** @param isFresh whether only answers to this request will do */
  #toQuery({ from, until }: TimeRange, reading: ReadingWith, isFresh = false): RangeQuery {
    const range = { from, until };
    const { budget } = reading;
    const fetchedSince = isFresh ? budget.freshSince(budget.arrivedAt) : notBefore(range, reading);
    return { range, conditions: reading.conditions, notBefore: fetchedSince };
  }
}

function toEdgeKey(edge: number, { walk: { order, filter } }: Reading): string {
  return `${edge} ${order} ${JSON.stringify(filter)}`;
}
