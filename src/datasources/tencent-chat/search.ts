import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { CallBudget } from '../message-source.ts';
import type { HistoryPage, HistoryPages } from './pages.ts';
import type { Anchor } from './paging.ts';
import { toNumber } from './run.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

/** The message of an official account that has this sequence, if it has this key too. */
export interface Wanted {
  messageSequence: number;
  messageKey: string;
}

export interface Search {
  from: Anchor | null;
  isFound: (page: HistoryPage) => boolean;
  maxPages: number;
  /** Unix ms: pages fetched since then are good enough. */
  notBefore: number;
  /** Unix ms: the same for the newest page, which new messages change. */
  newestNotBefore: number;
  budget: CallBudget;
}

export interface Found {
  /** Names the page, or where to go on looking. */
  before: Anchor | null;
  /** The page that was looked for, or the oldest of all; null when the budget or the pages per read ended before. */
  page: HistoryPage | null;
}

/**
 * Goes through pages towards the past, from one to the next older one.
 *
 * @throws BudgetSpentError when no page could be looked at
 */
export async function goBack(pages: HistoryPages, search: Search): Promise<Found> {
  const { from, isFound, maxPages, notBefore, newestNotBefore, budget } = search;
  let before = from;
  for (let count = 0; count < maxPages; count++) {
    let page: HistoryPage;
    try {
      page = await pages.read(before, { notBefore: before ? notBefore : newestNotBefore, budget });
    } catch (error) {
      if (error instanceof BudgetSpentError && count > 0) break;
      throw error;
    }
    if (page.next === null || isFound(page)) return { before, page };
    before = page.next;
  }
  return { before, page: null };
}

/**
 * Looks for one message.
 *
 * @returns the page that would list it, and the message if it does
 * @throws BudgetSpentError when it would take more calls to know
 */
export async function locate(
  pages: HistoryPages,
  { messageSequence, messageKey }: Wanted,
  budget: CallBudget,
): Promise<{ before: Anchor | null; message: TencentChatMessageRecord | null }> {
  const { before, page } = await goBack(pages, {
    from: await pages.findAnchorAbove(messageSequence, budget),
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
