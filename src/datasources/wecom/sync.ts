import type { Logger } from 'pino';
import { BudgetSpentError } from '../errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { Access } from '../message-source.ts';
import type { Archive } from './archive.ts';
import type { SyncAnswer, SyncQuestion, WeComClient } from './client.ts';
import { isParameterRefusal, isUnexplainedRefusal } from './errors.ts';

export interface SyncOptions {
  client: WeComClient;
  archive: Archive;
  clock: Clock;
  log: Logger;
  pageSize: number;
}

/**
 * Brings the stream into the archive. Each page goes on from the cursor that the last one gave, so one is fetched at a
 * time and everybody who waits for news shares it. Every page is kept as it comes: whoever gives up loses nothing.
 */
export class Sync {
  readonly #options: SyncOptions;
  #underWay: Promise<void> | null = null;
  /** Cursors that have been passed since the archive was last caught up: none comes again in a stream that goes on. */
  readonly #passed = new Set<string | null>();

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  /**
   * Pulls until the archive holds all that the provider had at `since`; no call when it does already.
   *
   * @param since Unix ms
   * @throws UpstreamError
   * @throws BudgetSpentError
   */
  async catchUp(since: number, access: Access, pushToken: string | null = null): Promise<void> {
    while (!this.isCaughtUp(since)) {
      if (this.#underWay) {
        await this.#join(this.#underWay);
        continue;
      }
      await this.#start(access, pushToken);
      // Even if `since` lies in the future: nothing newer than this answer can be had.
      if (!this.#options.archive.progress().isBehind) return;
    }
  }

  isCaughtUp(since: number): boolean {
    const { caughtUpAt } = this.#options.archive.progress();
    // A moment to come was written down by a clock that went wrong, and tells nothing.
    return caughtUpAt >= since && caughtUpAt <= this.#options.clock.now();
  }

  /** Pulls one page, whatever is archived. @throws UpstreamError */
  async pullPage(access: Access): Promise<void> {
    while (this.#underWay) await this.#join(this.#underWay);
    await this.#start(access, null);
  }

  async #join(page: Promise<void>): Promise<void> {
    try {
      await page;
    } catch (error) {
      // It was the other request's budget that ran out; this one goes on with its own.
      if (!(error instanceof BudgetSpentError)) throw error;
    }
  }

  #start(access: Access, pushToken: string | null): Promise<void> {
    this.#underWay = this.#pull(access, pushToken).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #pull(access: Access, pushToken: string | null): Promise<void> {
    const { archive, client, pageSize } = this.#options;
    const { cursor } = archive.progress();
    const answer = await this.#ask({ cursor, pushToken, limit: pageSize }, access);
    archive.keep(answer.entries, answer.nextCursor, answer.hasMore ? null : answer.askedAt);
    if (!answer.hasMore) {
      this.#passed.clear();
      return;
    }
    // Pages may be empty, one after the other: as long as the cursor moves, it gets on, within the request's budget.
    this.#passed.add(cursor);
    if (answer.nextCursor === null || this.#passed.has(answer.nextCursor)) {
      this.#passed.clear();
      throw client.badResponse('WeCom says that more messages follow, but does not go on to them');
    }
  }

  /**
   * Asks with all there is, and with less when WeCom refuses that. Which code a stale push token or an outdated cursor
   * gets is not published. Without the token the call is only more strictly limited, so after any refusal it is worth
   * a try. Without the cursor the stream starts three days back, which may skip older messages for good, so that is
   * done only when WeCom says in plain words that a parameter is wrong.
   */
  async #ask(question: SyncQuestion, access: Access): Promise<SyncAnswer> {
    try {
      return await this.#options.client.fetchMessages(question, access);
    } catch (error) {
      if (question.pushToken !== null && isUnexplainedRefusal(error)) {
        this.#options.log.warn('WeCom refused a push token; pulling without it');
        return this.#ask({ ...question, pushToken: null }, access);
      }
      if (question.cursor !== null && isParameterRefusal(error)) {
        this.#options.log.warn(
          'WeCom refused the saved cursor; pulling from as far back as a first call reaches',
        );
        return this.#ask({ ...question, cursor: null }, access);
      }
      throw error;
    }
  }
}
