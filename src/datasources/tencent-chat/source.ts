import type { Logger } from 'pino';
import { BudgetSpentError, type UpstreamError } from '../errors.ts';
import type { Access, MessageSource, Slice, SourcePosition, Walk } from '../message-source.ts';
import { isAccountGone } from './errors.ts';
import type { HistoryPage, HistoryPages } from './pages.ts';
import {
  parsePlace,
  reachesDownTo,
  toAhead,
  toGapAtLeast,
  toMoved,
  toPage,
  toPositionAfter,
  toSequence,
  toStart,
  type Anchor,
} from './paging.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

export interface TencentChatSourceOptions {
  channel: string;
  officialAccount: string;
  pages: HistoryPages;
  log: Logger;
}

/** A read looks at so many pages before it comes back with only its progress, so that its caller can watch the time. */
const MAX_PAGES_PER_READ = 32;

/** The message of an official account that has this sequence, if it has this key too. */
interface Wanted {
  messageSequence: number;
  messageKey: string;
}

interface Search {
  from: Anchor | null;
  isFound: (page: HistoryPage) => boolean;
  maxPages: number;
  /** Unix ms: pages fetched since then are good enough. */
  notBefore: number;
  /** Unix ms: the same for the newest page, which new messages change. */
  newestNotBefore: number;
  access: Access;
}

interface Found {
  /** Names the page, or where to go on looking. */
  before: Anchor | null;
  /** The page that was looked for, or the oldest of all; null when the budget or the pages per read ended before. */
  page: HistoryPage | null;
}

/**
 * The messages of one official account.
 *
 * The provider only goes back. To read forward, pages are gone through backwards until one reaches down to the
 * position; the page store keeps them, and its signposts lead from each page up to the next newer one.
 */
export class TencentChatSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #officialAccount: string;
  readonly #pages: HistoryPages;
  readonly #log: Logger;
  #isGoneNoted = false;

  constructor({ channel, officialAccount, pages, log }: TencentChatSourceOptions) {
    this.id = `${channel}/${officialAccount}`;
    this.channel = channel;
    this.#officialAccount = officialAccount;
    this.#pages = pages;
    this.#log = log;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk);
  }

  /** An account that is gone reads as one without messages: as a failure it would keep every walk from its end. */
  async read(position: SourcePosition, walk: Walk, access: Access): Promise<Slice> {
    try {
      return await (walk.order === 'DESC'
        ? this.#readOlder(position, walk, access)
        : this.#readNewer(position, walk, access));
    } catch (error) {
      if (!isAccountGone(error)) throw error;
      this.#noteGone(error);
      return { page: position.page, messages: [], next: position, isEnd: true };
    }
  }

  /**
   * @returns null when the account does not list the message
   * @throws BudgetSpentError when it would take more calls to know
   */
  async find(wanted: Wanted, access: Access): Promise<TencentChatMessageRecord | null> {
    return (await this.#locate(wanted, access)).message;
  }

  /**
   * Makes sure that no walk from now on shows a message as available when the provider says that it was recalled.
   *
   * @throws BudgetSpentError when it would take more calls to know
   */
  async checkRecall(wanted: Wanted, access: Access): Promise<void> {
    const { before, message } = await this.#locate(wanted, access);
    if (message?.availability === 'RECALLED') this.#pages.noteRecall(message);
    // The message may come from a page that was kept before.
    else if (message) await this.#pages.refreshRecalls(before, access);
  }

  async #locate(
    wanted: Wanted,
    access: Access,
  ): Promise<{ before: Anchor | null; message: TencentChatMessageRecord | null }> {
    const sequence = toSequence(this.#officialAccount, wanted.messageSequence);
    const { before, page } = await this.#goBack({
      from: await this.#pages.findAnchorAbove(wanted.messageSequence),
      isFound: ({ messages: [oldest] }) => oldest !== undefined && oldest.sequence <= sequence,
      maxPages: Infinity,
      notBefore: access.arrivedAt,
      newestNotBefore: access.arrivedAt,
      access,
    });
    if (!page) throw new BudgetSpentError();
    const found = page.messages.find((message) => message.sequence === sequence);
    return { before, message: found?.messageKey === wanted.messageKey ? found : null };
  }

  async #readOlder(position: SourcePosition, walk: Walk, access: Access): Promise<Slice> {
    const { before, page } = await this.#goBack({
      from: parsePlace(position.page).before,
      isFound: ({ messages }) => toAhead(messages, position, 'DESC').length > 0,
      maxPages: MAX_PAGES_PER_READ,
      notBefore: walk.asOf,
      newestNotBefore: walk.asOf,
      access,
    });
    if (!page) {
      // Nothing between the position and here lies ahead, so what does is older than this.
      return toProgress({ ...position, horizon: before?.sentAt ?? position.horizon }, before);
    }
    const messages = toAhead(page.messages, position, 'DESC');
    const oldest = messages.at(-1);
    const goOn = page.next ?? before;
    return {
      page: toPage({ before }),
      messages,
      next: oldest ? toPositionAfter(oldest, goOn, 'DESC', oldest.sentAt) : toMoved(position, goOn),
      isEnd: page.next === null,
    };
  }

  async #readNewer(position: SourcePosition, walk: Walk, access: Access): Promise<Slice> {
    let gap = position;
    let from = parsePlace(position.page).before;
    let newestNotBefore = walk.asOf;
    for (;;) {
      const { before, page } = await this.#goBack({
        from,
        isFound: ({ messages }) => reachesDownTo(messages, gap),
        maxPages: MAX_PAGES_PER_READ,
        notBefore: walk.asOf,
        newestNotBefore,
        access,
      });
      if (!page) return toProgress(position, before);
      const messages = toAhead(page.messages, gap, 'ASC');
      const newest = messages.at(-1);
      if (newest) {
        // The whole page is passed then, so the next message is the one that the page begins before.
        const next = toPositionAfter(newest, before, 'ASC', before?.sentAt ?? newest.sentAt);
        return { page: toPage({ before }), messages, next, isEnd: false };
      }
      if (before) {
        gap = toGapAtLeast(before, gap, this.#officialAccount);
        from = await this.#pages.findAnchorAbove(before.messageSequence);
      } else if (newestNotBefore < access.arrivedAt) {
        // Since the walk began, newer messages may have come.
        newestNotBefore = access.arrivedAt;
      } else {
        return { ...toProgress(position, null), isEnd: true };
      }
    }
  }

  #noteGone({ providerCode, advice }: UpstreamError): void {
    if (this.#isGoneNoted) return;
    this.#isGoneNoted = true;
    const { channel } = this;
    this.#log.warn(
      { channel, officialAccount: this.#officialAccount, providerCode, advice },
      'the provider no longer knows an official account: it reads as one without messages',
    );
  }

  /** @throws BudgetSpentError when no page could be looked at */
  async #goBack(search: Search): Promise<Found> {
    const { from, isFound, maxPages, notBefore, newestNotBefore, access } = search;
    let before = from;
    for (let count = 0; count < maxPages; count++) {
      let page: HistoryPage;
      try {
        page = await this.#pages.read(before, { notBefore: before ? notBefore : newestNotBefore, access });
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

/** Nothing was found up to here, but what was looked at need not be looked at again. */
function toProgress(position: SourcePosition, before: Anchor | null): Slice {
  return { page: toPage({ before }), messages: [], next: toMoved(position, before), isEnd: false };
}
