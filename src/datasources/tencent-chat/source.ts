import type { Logger } from 'pino';
import type { UpstreamError } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { CallBudget, MessageSource, Slice, SourcePosition, Walk } from '../message-source.ts';
import { isAccountGone } from './errors.ts';
import { Gap } from './gap.ts';
import type { HistoryPages } from './pages.ts';
import type { MessageRecord } from '../../domain/records.ts';
import { toAnchorOf, toStart } from './paging.ts';
import { readOn } from './read-on.ts';
import { readRest } from './read-rest.ts';
import { locate, type Wanted } from './search.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

export interface TencentChatSourceOptions {
  channel: string;
  officialAccount: string;
  pages: HistoryPages;
  clock: Clock;
  log: Logger;
}

/** How long an account that the provider does not know is not asked for again. */
const GONE_COOLDOWN_MS = 60_000;

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

  start(walk: Walk, newer?: MessageRecord): SourcePosition {
    return toStart(walk, newer && toAnchorOf(newer));
  }

  async read(position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice> {
    const gap = new Gap(this.#officialAccount, position);
    const reading = { pages: this.#pages, gap, position, walk, budget };
    if (this.#gone && this.#clock.monotonic() < this.#gone.coolsDownUntil) throw this.#gone.error;
    try {
      const slice = await (gap.batch ? readRest(gap.batch, reading) : readOn(reading));
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
    return (await locate(this.#pages, wanted, budget)).message;
  }

  /**
   * Makes sure that no walk from now on shows a message as available when the provider says that it was recalled.
   *
   * @returns recalled messages, as they are listed now
   * @throws BudgetSpentError when it would take more calls to know
   */
  async checkRecall(wanted: Wanted, budget: CallBudget): Promise<TencentChatMessageRecord[]> {
    const { before, message } = await locate(this.#pages, wanted, budget);
    if (!message) return [];
    // The message may come from a cached page.
    if (message.availability !== 'RECALLED') return this.#pages.refreshRecalls(before, budget);
    await this.#pages.noteRecall(message);
    return [message];
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
}
