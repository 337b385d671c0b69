import type { Logger } from 'pino';
import { LostLeaseError } from '../../errors/store-error.ts';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { Fence, MessageStream, StreamProgress } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { latestNow } from '../../util/present.ts';
import type { SharedWork } from '../activity.ts';
import { withSignal } from '../call-budget.ts';
import type { ErasedPeople } from '../../domain/erasure.ts';
import type { Awaitable, CallBudget } from '../message-source.ts';
import { toStreamPage } from './archive.ts';
import { withoutErasedIn } from './erase.ts';
import type { SyncQuestion, WeComClient } from './client.ts';
import { isParameterRefusal, isRateLimit, isUnexplainedRefusal } from './errors.ts';
import type { SyncPage } from './wire.ts';

export interface SyncOptions {
  channel: string;
  client: WeComClient;
  archive: MessageStream;
  clock: Clock;
  log: Logger;
  pageSize: number;
  /** Without a push token, once all messages are fetched, the next call waits at least this long. */
  pauseMs: number;
  /** Who is not to be kept; null: all are. */
  erased: () => Awaitable<ErasedPeople | null>;
}

/** From a callback; it lifts the strict limit on calls. */
export interface PushToken {
  value: string;
  /** How long it stays valid. */
  lifeMs: number;
}

/** How far the archive is, by the monotonic clock. */
interface Known {
  /** Every message that the provider had then is archived; null: not yet. */
  caughtUpAt: number | null;
  /** When the last answer came, for which the call may have waited long. */
  answeredAt: number;
  /** Of the archive, when its progress was last read. */
  version: string;
  /** Unix ms: when the archive itself says that it was complete. */
  keptAt: number;
}

/** While WeCom rate-limits the gateway, readers get the archive if it is no older than this. */
const LONGEST_STALE_MS = 600_000;

/**
 * Brings the stream into the archive. Each page continues from the cursor of the last one, so one page is fetched at
 * a time, and all waiting requests share it. Every page is stored as it comes, also when the request that asked for it
 * is aborted meanwhile.
 *
 * WeCom limits calls without a push token strictly, and publishes neither the limit nor which calls count. The
 * assumption: while more follows, pages may follow each other; after that, one call every `pauseMs`. Where that is
 * too often WeCom says so, which starts a cooldown.
 */
export class Sync {
  readonly #options: SyncOptions;
  #underWay: SharedWork<boolean> | null = null;
  /** Changes when one begins, and when it ends. */
  #pulls = 0;
  /** Cursors that have been passed since the archive was last complete: none repeats in a stream that goes on. */
  readonly #passed = new Set<string | null>();
  /** Null until the archive is first asked. */
  #known: Known | null = null;
  #pushToken: { value: string; goodUntil: number } | null = null;

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  /** For as long as the token is good, it goes with every call. */
  offer({ value, lifeMs }: PushToken): void {
    this.#pushToken = { value, goodUntil: this.#options.clock.monotonic() + lifeMs };
  }

  /** How long ago the archive was complete; null: never yet. */
  async ageMs(): Promise<number | null> {
    return this.#ageOf(await this.#recall());
  }

  /**
   * Pulls until the archive holds all that the provider had at `since`; no call when it does already.
   *
   * @param since Unix ms
   * @param slackMs what the archive may lack of the time before `since`
   * @throws UpstreamError also when a call would come too soon
   * @throws BudgetSpentError
   */
  async catchUp(since: number, budget: CallBudget, slackMs = 0): Promise<void> {
    for (;;) {
      const known = await this.#recall();
      const { version } = known;
      if (this.#isCaughtUp(known, since, slackMs)) return;
      if (this.#underWay) {
        await this.#join(this.#underWay, budget);
        continue;
      }
      const pulls = this.#pulls;
      const { isBehind } = await this.#options.archive.progress();
      // Another request was faster, and what the archive said may be outdated.
      if (this.#pulls !== pulls) continue;
      const pushToken = this.#goodToken();
      const cooldownMs = pushToken === null && !isBehind ? this.#cooldownMs(known) : 0;
      if (cooldownMs > 0) throw this.#options.client.tooSoon(Math.ceil(cooldownMs / 1000));
      const isAtEnd = await this.#start(budget, pushToken, version);
      // Even if `since` lies in the future: nothing newer than this answer can be had.
      if (isAtEnd) return;
    }
  }

  /** Like `catchUp`, but without a push token the archive may be as old as the pause between calls. */
  refresh(since: number, budget: CallBudget): Promise<void> {
    return this.catchUp(since, budget, this.#slackMs());
  }

  /** Like `refresh`, but while WeCom rate-limits the gateway, it accepts a somewhat older archive. */
  async refreshForReader(since: number, budget: CallBudget): Promise<void> {
    try {
      await this.refresh(since, budget);
    } catch (error) {
      if (!isRateLimit(error) || (await this.#options.archive.progress()).isBehind) throw error;
      if (((await this.ageMs()) ?? Infinity) > LONGEST_STALE_MS) throw error;
    }
  }

  /** Whether `refresh` would make no call. */
  async isFresh(since: number): Promise<boolean> {
    return this.#isCaughtUp(await this.#recall(), since, this.#slackMs());
  }

  /** Pulls one page, whatever the archive holds. @throws UpstreamError */
  async pullPage(budget: CallBudget): Promise<void> {
    while (this.#underWay) await this.#join(this.#underWay, budget);
    const pushToken = this.#goodToken();
    await this.#start(budget, pushToken, null);
    const isTokenRefused = pushToken !== null && this.#pushToken === null;
    if (isTokenRefused) await this.#start(budget, null, null);
  }

  /** Waits for a call under way, so that no other process calls meanwhile. Call it when no more requests come. */
  async close(): Promise<void> {
    while (this.#underWay) await Promise.allSettled([this.#underWay.result]);
  }

  #isCaughtUp(known: Known, since: number, slackMs: number): boolean {
    // A time in the future counts as now: nothing newer exists.
    const sinceMs = Math.max(0, latestNow(this.#options.clock) - since);
    // Wall time is read in whole milliseconds.
    return Math.floor(this.#ageOf(known) ?? Infinity) <= sinceMs + slackMs;
  }

  #ageOf({ caughtUpAt }: Known): number | null {
    return caughtUpAt === null ? null : this.#options.clock.monotonic() - caughtUpAt;
  }

  /** For how long there must be no call without a push token, unless more follows. */
  #cooldownMs({ answeredAt }: Known): number {
    const { clock, pauseMs } = this.#options;
    return Math.max(0, answeredAt + pauseMs - clock.monotonic());
  }

  /** One object for as long as the process lives, which each pull changes, also those of other processes. */
  async #recall(): Promise<Known> {
    const { archive, clock } = this.#options;
    const version = await archive.version();
    const known = (this.#known ??= { caughtUpAt: null, answeredAt: -Infinity, version: '', keptAt: 0 });
    if (known.version === version) return known;
    const progress = await archive.progress();
    known.version = version;
    // Its own are known more exactly, and independently of the machine's clock.
    if (progress.caughtUpAt === known.keptAt) return known;
    known.keptAt = progress.caughtUpAt;
    const caughtUpAt = toMonotonic(progress, clock);
    if (caughtUpAt !== null) {
      known.caughtUpAt = Math.max(caughtUpAt, known.caughtUpAt ?? -Infinity);
      known.answeredAt = Math.max(caughtUpAt, known.answeredAt);
    }
    return known;
  }

  #slackMs(): number {
    return this.#goodToken() === null ? this.#options.pauseMs : 0;
  }

  #goodToken(): string | null {
    const token = this.#pushToken;
    return token && this.#options.clock.monotonic() < token.goodUntil ? token.value : null;
  }

  async #join(page: SharedWork<unknown>, { activity, caller }: CallBudget): Promise<void> {
    try {
      await activity.whileShared(page, caller);
    } catch (error) {
      // It was the other request's budget that ran out; this one continues with its own.
      if (!(error instanceof BudgetSpentError)) throw error;
    }
  }

  /** @param version of the archive, for which the call is needed; null: it is made in any case */
  #start(budget: CallBudget, pushToken: string | null, version: string | null): Promise<boolean> {
    this.#pulls++;
    const result = this.#pullAlone(budget, pushToken, version).finally(() => {
      this.#underWay = null;
      this.#pulls++;
    });
    this.#underWay = { result, activity: budget.activity };
    return result;
  }

  /** Of all processes, one calls at a time. */
  async #pullAlone(budget: CallBudget, pushToken: string | null, version: string | null): Promise<boolean> {
    const { archive } = this.#options;
    try {
      return await archive.exclusively(budget.signal, async (lease) => {
        // While this one waited, another process has pulled.
        if (version !== null && (await archive.version()) !== version) return false;
        return this.#pull(withSignal(budget, lease.signal), pushToken, lease);
      });
    } catch (error) {
      // The process that has the lease now calls for the same page, and what it brings is read before the next call.
      if (version !== null && error instanceof LostLeaseError) return false;
      // It waited until its time was over.
      if (budget.signal.aborted && error === budget.signal.reason) throw new BudgetSpentError();
      throw error;
    }
  }

  /** @returns whether nothing follows; false also when the push token was refused */
  async #pull(budget: CallBudget, pushToken: string | null, fence: Fence): Promise<boolean> {
    const { channel, archive, client, clock, pageSize } = this.#options;
    const { cursor } = await archive.progress();
    // Before the call leaves: its answer shows every message that was there then.
    const asked = { at: clock.now(), monotonic: clock.monotonic() };
    const answer = await this.#ask({ cursor, pushToken, limit: pageSize }, budget);
    if (answer === 'TOKEN_REFUSED') return false;
    const known = await this.#recall();
    known.answeredAt = clock.monotonic();
    const { entries, nextCursor, hasMore } = answer;
    const caughtUpAt = hasMore ? null : asked.at;
    const erased = await this.#options.erased();
    const kept = erased ? entries.flatMap((entry) => withoutErasedIn(channel, entry, erased) ?? []) : entries;
    const page = toStreamPage(channel, { entries: kept, cursor, nextCursor, caughtUpAt });
    // When another process reads the stream too, and has got further, that is read before the next call.
    if (!(await archive.keep(page, fence))) return false;
    known.version = await archive.version();
    if (caughtUpAt !== null) known.keptAt = caughtUpAt;
    if (!answer.hasMore) {
      this.#passed.clear();
      known.caughtUpAt = asked.monotonic;
      return true;
    }
    // Pages may be empty, one after the other: as long as the cursor moves, it makes progress, within the request's
    // budget.
    this.#passed.add(cursor);
    if (answer.nextCursor === null || this.#passed.has(answer.nextCursor)) {
      this.#passed.clear();
      throw client.badResponse('WeCom says that more messages follow, but does not go on to them');
    }
    return false;
  }

  /**
   * Calls with token and cursor, and without one of them when WeCom refuses it. Which code a stale push token or an
   * outdated cursor gets is not published. Without the token the call is only more strictly limited, so it is worth a
   * retry after any refusal. Without the cursor the stream starts three days back, which may skip older messages for
   * good, so that is done only when WeCom says in plain words that a parameter is wrong.
   */
  async #ask(question: SyncQuestion, budget: CallBudget): Promise<SyncPage | 'TOKEN_REFUSED'> {
    const { client, log } = this.#options;
    try {
      return await client.fetchMessages(question, budget);
    } catch (error) {
      if (question.pushToken !== null && isUnexplainedRefusal(error)) {
        log.warn('WeCom refused a push token; pulling without it');
        if (this.#pushToken?.value === question.pushToken) this.#pushToken = null;
        return 'TOKEN_REFUSED';
      }
      if (question.cursor !== null && isParameterRefusal(error)) {
        log.warn('WeCom refused the saved cursor; pulling from as far back as a first call reaches');
        return this.#ask({ ...question, cursor: null }, budget);
      }
      throw error;
    }
  }
}

function toMonotonic({ caughtUpAt }: StreamProgress, clock: Clock): number | null {
  const ageMs = clock.now() - caughtUpAt;
  // A time in the future was written by a wrong clock, and means nothing.
  return caughtUpAt > 0 && ageMs >= 0 ? clock.monotonic() - ageMs : null;
}
