import type { Logger } from 'pino';
import { BudgetSpentError, type UpstreamError } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { CallBudget, MessageSource, Order, Slice, SourcePosition, Walk } from '../message-source.ts';
import { boundBeyond } from './batch.ts';
import { isAccountGone } from './errors.ts';
import { Gap } from './gap.ts';
import type { HistoryPage, HistoryPages } from './pages.ts';
import { parsePlace, toMoved, toPage, toPositionBelow, toStart, type Anchor, type Span } from './paging.ts';
import { append, inOrder, toBatch, toLength, toNumber, toPlaced, type Run } from './run.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

export interface TencentChatSourceOptions {
  channel: string;
  officialAccount: string;
  pages: HistoryPages;
  clock: Clock;
  log: Logger;
}

/** A read looks at this many pages before it returns with only its progress, so that its caller can check the time. */
const MAX_PAGES_PER_READ = 32;
/** The cooldown of an account that the provider does not know. */
const GONE_COOLDOWN_MS = 60_000;

/** The message of an official account that has this sequence, if it has this key too. */
interface Wanted {
  messageSequence: number;
  messageKey: string;
}

interface Search {
  from: Anchor | null;
  isFound: (page: HistoryPage) => boolean;
  maxPages: number;
  /** Unix ms: pages fetched since then are fresh enough. */
  notBefore: number;
  /** Unix ms: the same for the newest page, which new messages change. */
  newestNotBefore: number;
  budget: CallBudget;
}

interface Found {
  /** Names the page, or where to continue the search. */
  before: Anchor | null;
  /** The requested page, or the oldest of all; null when the budget or the pages per read ended before. */
  page: HistoryPage | null;
}

/**
 * The messages of one official account.
 *
 * The provider only pages backward. To read forward, the source pages backward until a page reaches down to the
 * position; the page store keeps the pages, and its signposts lead from each page up to the next newer one.
 */
export class TencentChatSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #officialAccount: string;
  readonly #pages: HistoryPages;
  readonly #clock: Clock;
  readonly #log: Logger;
  #gone: { error: UpstreamError; coolsDownUntil: number } | null = null;

  constructor({ channel, officialAccount, pages, clock, log }: TencentChatSourceOptions) {
    this.id = `${channel}/${officialAccount}`;
    this.channel = channel;
    this.#officialAccount = officialAccount;
    this.#pages = pages;
    this.#clock = clock;
    this.#log = log;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk);
  }

  async read(position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice> {
    const gap = new Gap(this.#officialAccount, position);
    if (this.#gone && this.#clock.monotonic() < this.#gone.coolsDownUntil) throw this.#gone.error;
    try {
      const slice = await (gap.batch
        ? this.#readRest(gap, gap.batch, position, walk, budget)
        : this.#readOn(gap, position, walk, budget));
      this.#gone = null;
      return slice;
    } catch (error) {
      if (isAccountGone(error)) this.#noteGone(error);
      throw error;
    }
  }

  /**
   * @returns null when the account does not list the message
   * @throws BudgetSpentError when it would take more calls to know
   */
  async find(wanted: Wanted, budget: CallBudget): Promise<TencentChatMessageRecord | null> {
    return (await this.#locate(wanted, budget)).message;
  }

  /**
   * Makes sure that no walk from now on shows a message as available when the provider says that it was recalled.
   *
   * @throws BudgetSpentError when it would take more calls to know
   */
  async checkRecall(wanted: Wanted, budget: CallBudget): Promise<void> {
    const { before, message } = await this.#locate(wanted, budget);
    if (message?.availability === 'RECALLED') this.#pages.noteRecall(message);
    // The message may come from a cached page.
    else if (message) await this.#pages.refreshRecalls(before, budget);
  }

  async #locate(
    { messageSequence, messageKey }: Wanted,
    budget: CallBudget,
  ): Promise<{ before: Anchor | null; message: TencentChatMessageRecord | null }> {
    const { before, page } = await this.#goBack({
      from: await this.#pages.findAnchorAbove(messageSequence),
      isFound: ({ messages: [oldest] }) => oldest !== undefined && toNumber(oldest) <= messageSequence,
      maxPages: Infinity,
      notBefore: budget.arrivedAt,
      newestNotBefore: budget.arrivedAt,
      budget,
    });
    if (!page) throw new BudgetSpentError();
    const found = page.messages.find((message) => toNumber(message) === messageSequence);
    return { before, message: found?.messageKey === messageKey ? found : null };
  }

  #readOn(gap: Gap, position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice> {
    return walk.order === 'DESC'
      ? this.#readOlder(gap, position, walk, budget)
      : this.#readNewer(gap, position, walk, budget);
  }

  /** The remaining part of a batch: any further messages come after all of it. */
  async #readRest(
    gap: Gap,
    batch: Span,
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
  ): Promise<Slice> {
    const { order } = walk;
    const { before: above } = parsePlace(position);
    const inBatch = new Map<string, TencentChatMessageRecord>();
    const collect = ({ messages }: HistoryPage): void => {
      for (const message of messages) {
        const number = toNumber(message);
        if (number >= batch.from && number < batch.until) inBatch.set(message.sequence, message);
      }
    };
    const { before, page } = await this.#goBack({
      from: above,
      isFound: (visited) => {
        collect(visited);
        return visited.messages.some((message) => toNumber(message) <= batch.from);
      },
      maxPages: Infinity,
      notBefore: walk.asOf,
      newestNotBefore: walk.asOf,
      budget,
    });
    if (!page) throw new BudgetSpentError();
    // The oldest of all ends the search without a request.
    collect(page);
    const rest = [...inBatch.values()].filter((message) => isAhead(gap, message, order));
    const bounds = [...inBatch.values()].map(toPlaced);
    const watermark = bounds.length > 0 ? boundBeyond(bounds, order) : position.watermark;
    const next =
      order === 'DESC'
        ? toPositionBelow(batch.from, before, order, watermark)
        : toPositionBelow(batch.until, above, order, watermark);
    if (rest.length === 0) return this.#readOn(new Gap(this.#officialAccount, next), next, walk, budget);
    const isLast = page.next === null && !page.messages.some((message) => toNumber(message) < batch.from);
    return {
      page: toPage({ before: above, span: batch }),
      messages: inOrder(rest, order),
      next,
      isEnd: order === 'DESC' && isLast,
      ...(page.end ? { endReason: page.end } : {}),
    };
  }

  async #readOlder(gap: Gap, position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice> {
    const run: Run = { order: 'DESC', messages: [], anchors: [] };
    let from = parsePlace(position).before;
    for (;;) {
      const oldestYet = run.messages.at(-1);
      const isWanted = (message: TencentChatMessageRecord): boolean =>
        isAhead(gap, message, 'DESC') && (!oldestYet || toNumber(message) < toNumber(oldestYet));
      const { before, page } = await this.#goBack({
        from,
        isFound: ({ messages }) => messages.some(isWanted),
        maxPages: MAX_PAGES_PER_READ,
        notBefore: walk.asOf,
        newestNotBefore: walk.asOf,
        budget,
      });
      if (!page) {
        if (run.messages.length > 0) return toBatch(run, run.messages.length, before);
        // Nothing between the position and here lies ahead, so what does is older than this.
        const bounds = [position.watermark, before && boundBeyond([before], 'DESC')].filter(
          (at) => at !== null,
        );
        const watermark = bounds.length > 0 ? Math.min(...bounds) : null;
        return toProgress({ ...position, watermark }, before);
      }
      append(run, page.messages.filter(isWanted).toReversed(), before);
      if (page.next === null) {
        const { length } = run.messages;
        const slice = length > 0 ? toBatch(run, length, before) : toProgress(position, before);
        return { ...slice, isEnd: true, endReason: page.end ?? 'BEGINNING' };
      }
      const length = toLength(run);
      if (length > 0) return toBatch(run, length, page.next);
      from = page.next;
    }
  }

  async #readNewer(gap: Gap, position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice> {
    const run: Run = { order: 'ASC', messages: [], anchors: [] };
    let from = parsePlace(position).before;
    let isFound = ({ messages: [oldest] }: HistoryPage): boolean =>
      oldest !== undefined && gap.isReachedBy(toPlaced(oldest));
    let newestNotBefore = walk.asOf;
    for (;;) {
      const found = { isFound, maxPages: MAX_PAGES_PER_READ, notBefore: walk.asOf, newestNotBefore, budget };
      const { before, page } = await this.#goBack({ from, ...found });
      if (!page) return toProgress(position, before);
      const newestYet = run.messages.at(-1);
      const isWanted = (message: TencentChatMessageRecord): boolean =>
        isAhead(gap, message, 'ASC') && (!newestYet || toNumber(message) > toNumber(newestYet));
      append(run, page.messages.filter(isWanted), before);
      const length = before === null ? run.messages.length : toLength(run);
      if (length > 0) return toBatch(run, length, before);
      if (before) {
        // Upwards: to the page that lists the anchor itself.
        from = await this.#pages.findAnchorAbove(before.messageSequence);
        isFound = ({ messages: [oldest] }) =>
          oldest !== undefined && toNumber(oldest) <= before.messageSequence;
      } else if (newestNotBefore < budget.arrivedAt) {
        // Since the walk began, newer messages may have come.
        newestNotBefore = budget.arrivedAt;
      } else {
        return { ...toProgress(position, null), isEnd: true };
      }
    }
  }

  #noteGone(error: UpstreamError): void {
    const isNew = this.#gone === null;
    this.#gone = { error, coolsDownUntil: this.#clock.monotonic() + GONE_COOLDOWN_MS };
    if (!isNew) return;
    const { channel } = this;
    const { providerCode, advice } = error;
    this.#log.warn(
      { channel, officialAccount: this.#officialAccount, providerCode, advice },
      'The provider does not know an official account; walks continue without it',
    );
  }

  /** @throws BudgetSpentError when no page could be looked at */
  async #goBack(search: Search): Promise<Found> {
    const { from, isFound, maxPages, notBefore, newestNotBefore, budget } = search;
    let before = from;
    for (let count = 0; count < maxPages; count++) {
      let page: HistoryPage;
      try {
        page = await this.#pages.read(before, { notBefore: before ? notBefore : newestNotBefore, budget });
      } catch (error) {
        if (error instanceof BudgetSpentError && count > 0) break;
        throw error;
      }
      if (page.next === null || isFound(page)) return { before, page };
      before = page.next;
    }
    return { before, page: null };
  }
}

/** Nothing was found up to here, but these pages need not be searched again. */
function toProgress(position: SourcePosition, before: Anchor | null): Slice {
  return { page: toPage({ before }), messages: [], next: toMoved(position, before), isEnd: false };
}

function isAhead(gap: Gap, message: TencentChatMessageRecord, order: Order): boolean {
  return gap.isAhead(toPlaced(message), order);
}
