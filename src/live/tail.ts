import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { earliestNow, isSettled, latestNow } from '../util/present.ts';
import { RequestError } from '../errors/request-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Fence, LiveStore, TailReading } from '../store/store.ts';
import { NO_FILTER } from '../timeline/filter.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import { findFailure } from '../timeline/source-status.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { TimelinePage } from '../timeline/timeline-page.ts';
import { InboxWait } from './inbox-wait.ts';

export interface TailOptions {
  channel: string;
  timeline: Pick<Timeline, 'read'>;
  store: Pick<LiveStore, 'events' | 'tails' | 'inbox'>;
  clock: Clock;
  createRequestBudget: () => RequestBudget;
  /** Deliveries to the channel are processed, by this process or another one. */
  isPushedTo: boolean;
}

/** Histories get messages up to this long after they were sent: each pass reads this much again. */
const MAX_DELAY_MS = 2 * 3_600_000;
/** A message may be published this long before its time of sending, as providers' clocks differ. */
const SKEW_MS = 2 * 3_600_000;
const PAGE_SIZE = 200;
/** The limit of pages in a row without progress, as when a provider needs more time than one request may take. */
const MAX_STALLS = 3;

/**
 * Publishes new messages of a channel's history, and none from before its first run. It reads the timeline like any
 * other reader: the event log recognises what is published already by its key, and the tail does not read what the
 * log may have pruned.
 *
 * Each page is published in the transaction that stores the position after it, so that a pass of any length makes
 * progress, wherever it is interrupted.
 */
export class Tail {
  readonly #options: TailOptions;
  /** Null: what waits in the inbox, as of a webhook that is not configured any more, is processed by nothing. */
  readonly #wait: InboxWait | null;
  #budget: RequestBudget | null = null;
  #isClosed = false;
  /** The processing of the inbox waits for it. */
  #isForInbox = false;
  #reading: Promise<void> | null = null;
  #again: Promise<void> | null = null;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#wait = options.isPushedTo ? this.#createWait() : null;
  }

  /**
   * Messages sent from now on are updates. An earlier start stays, unless it lies in the future: a clock that was
   * ahead wrote it.
   */
  begin(): Promise<void> {
    const { store, channel, clock } = this.#options;
    // Most providers give whole seconds: a message sent in the current one may seem older than now.
    const now = Math.floor(latestNow(clock) / 1000) * 1000;
    return store.tails.begin(channel, now);
  }

  /**
   * Reads what has come since the last pass, and publishes it. Callers that come during a pass wait for the next one,
   * which they share.
   *
   * @param fence pages are published with it; left out: nothing else reads the tail
   * @throws LostLeaseError
   * @throws UpstreamError
   * @throws BudgetSpentError before its end: it was closed, or makes no progress
   */
  catchUp(fence?: Fence): Promise<void> {
    if (this.#reading === null) {
      this.#reading = this.#read(fence).finally(() => {
        this.#reading = null;
      });
      return this.#reading;
    }
    this.#again ??= this.#reading.then(
      () => this.#next(fence),
      () => this.#next(fence),
    );
    return this.#again;
  }

  /** The same for an item of the inbox that needs the history: no pass meanwhile waits for the inbox. */
  async catchUpForInbox(fence?: Fence): Promise<void> {
    this.#isForInbox = true;
    try {
      await this.catchUp(fence);
    } finally {
      this.#isForInbox = false;
    }
  }

  /** Aborts the current page. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#budget?.abort();
    await Promise.allSettled([this.#reading, this.#again]);
  }

  #next(fence?: Fence): Promise<void> {
    this.#again = null;
    return this.catchUp(fence);
  }

  async #read(fence?: Fence): Promise<void> {
    await this.begin();
    let reading = await this.#resume();
    this.#wait?.beginPass();
    let stalls = 0;
    while (!this.#isClosed) {
      const page = await this.#readPage(reading);
      if (page === 'BAD_CURSOR') {
        await this.#options.store.tails.drop(this.#options.channel, fence);
        reading = await this.#resume();
        continue;
      }
      const { hasNextPage, endCursor } = page.pageInfo;
      const next = { ...reading, cursor: endCursor };
      if (page.nodes.length > 0) await this.#wait?.untilProcessed();
      await this.#publish(page, hasNextPage ? next : null, reading.until, fence);
      stalls = endCursor === reading.cursor ? stalls + 1 : 0;
      if (!hasNextPage) return;
      // The next pass continues from there.
      if (stalls >= MAX_STALLS) throw new BudgetSpentError();
      reading = next;
      // Cached pages are read without I/O, so other work would not run in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new BudgetSpentError();
  }

  #createWait(): InboxWait {
    const { channel, store, clock } = this.#options;
    const mayWait = (): boolean => !this.#isForInbox && !this.#isClosed;
    return new InboxWait({ channel, inbox: store.inbox, clock, mayWait });
  }

  /** The interrupted pass, or a new one. */
  async #resume(): Promise<TailReading> {
    const { channel, clock, store } = this.#options;
    const mark = await store.tails.find(channel);
    if (!mark) throw new Error(`The tail of ${channel} has not begun`);
    const { since, readUntil, reading } = mark;
    const forgotten = await store.events.forgottenBefore();
    // Where the log has pruned what the pass may reach, it would publish it again.
    if (reading && reading.from >= forgotten)
      return { ...reading, until: Math.min(reading.until, latestNow(clock)) };
    return {
      from: Math.max(
        since,
        // A time in the future is from a clock that was ahead, and does not say how far was read.
        readUntil <= latestNow(clock) ? readUntil - MAX_DELAY_MS : 0,
        forgotten === 0 ? 0 : forgotten + SKEW_MS,
      ),
      until: earliestNow(clock),
      cursor: null,
    };
  }

  /**
   * The time to store once everything up to then has been read. A stored time is later than now when this clock is
   * behind, or the earlier one was ahead. The process cannot tell which, so the stored time stays until this clock
   * has settled, or was seen to be set back.
   */
  #latestRead(until: number, noted: number): number {
    const { clock } = this.#options;
    const wasSetBack = noted > clock.now() && noted <= latestNow(clock);
    return wasSetBack || isSettled(clock) ? until : Math.max(until, noted);
  }

  async #readPage({ from, cursor }: TailReading): Promise<TimelinePage | 'BAD_CURSOR'> {
    const { channel, timeline, createRequestBudget } = this.#options;
    this.#budget = createRequestBudget();
    try {
      const page = await timeline.read(
        {
          filter: { ...NO_FILTER, channels: [channel], sentAtGte: from },
          order: 'ASC',
          page: { size: PAGE_SIZE, direction: 'forward', cursor },
          onSourceFailure: 'PARTIAL',
        },
        this.#budget,
      );
      // A message that is counted and not listed blocks nothing: it is new once it is listed.
      const failure = findFailure(page.sources);
      if (failure) throw failure;
      return page;
    } catch (error) {
      // Its own cursor is of another secret, or of another version: the pass starts again.
      const isVoid = cursor !== null && error instanceof RequestError && error.code === 'BAD_CURSOR';
      if (!isVoid) throw error;
      return 'BAD_CURSOR';
    }
  }

  /** @param next null: the pass has ended */
  async #publish(
    { nodes }: TimelinePage,
    next: TailReading | null,
    until: number,
    fence?: Fence,
  ): Promise<void> {
    const { store, clock, channel } = this.#options;
    const updates = nodes.map((message): NewEvent => ({ type: 'message', channel, message }));
    const now = latestNow(clock);
    if (next === null) {
      await store.tails.end(channel, updates, now, (noted) => this.#latestRead(until, noted), fence);
    } else {
      const { cursor } = next;
      await store.tails.keep(channel, updates, now, cursor === null ? null : { ...next, cursor }, fence);
    }
  }
}
