import { BudgetSpentError } from '../errors.ts';
import type { Access, MessageSource, Slice, SourcePosition, Walk } from '../message-source.ts';
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
}

/** A read looks at so many pages before it comes back with only its progress, so that its caller can watch the time. */
const MAX_PAGES_PER_READ = 32;

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

  constructor({ channel, officialAccount, pages }: TencentChatSourceOptions) {
    this.id = `${channel}/${officialAccount}`;
    this.channel = channel;
    this.#officialAccount = officialAccount;
    this.#pages = pages;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk);
  }

  read(position: SourcePosition, walk: Walk, access: Access): Promise<Slice> {
    return walk.order === 'DESC'
      ? this.#readOlder(position, walk, access)
      : this.#readNewer(position, walk, access);
  }

  /**
   * @returns null when the account does not list the message
   * @throws BudgetSpentError when it would take more calls to know
   */
  async find(
    wanted: { messageSequence: number; messageKey: string },
    access: Access,
  ): Promise<TencentChatMessageRecord | null> {
    const sequence = toSequence(this.#officialAccount, wanted.messageSequence);
    const { page } = await this.#goBack({
      from: await this.#pages.findAnchorAbove(wanted.messageSequence),
      isFound: ({ messages: [oldest] }) => oldest !== undefined && oldest.sequence <= sequence,
      maxPages: Infinity,
      notBefore: access.arrivedAt,
      newestNotBefore: access.arrivedAt,
      access,
    });
    if (!page) throw new BudgetSpentError();
    const found = page.messages.find((message) => message.sequence === sequence);
    return found?.messageKey === wanted.messageKey ? found : null;
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
