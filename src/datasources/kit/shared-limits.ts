import type { Logger } from 'pino';
import type { QuotaCaller, QuotaDemand, QuotaLimits, QuotaPermits, QuotaShares } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { atMost, isNothing, isWithin, lessBy, neededBy, NOTHING, toDemand } from './quota-demand.ts';
import type { LimitsSource, QuotaUser } from './quota.ts';
import { withoutFree } from './without-free.ts';

/** How often a process says what it needs while it makes calls: so it keeps its share, and learns that calls wait elsewhere. */
const RENEW_EVERY_MS = 200;
/** The same while it has less than it needs, or uses more than its share: so soon a share moves to another process. */
const SETTLE_EVERY_MS = 100;
/** While each call needs a permit, it asks before it is told to when a call has ended, but not sooner than this. */
const RETURN_AFTER_MS = 5;
/** Of how many callers it says that calls wait. */
const MOST_CALLERS = 100;

const NO_CALLS = { calls: 0, running: 0, queued: 0 };
const NO_USER: QuotaUser = {
  usage: () => ({ ...NO_CALLS, quietInMs: 0, background: { ...NO_CALLS, keepsFree: 0 } }),
  waiting: () => [],
  serve: () => undefined,
  admit: (callers) => [...callers],
};

export interface SharedLimitsOptions {
  account: string;
  /** Of the account, for all processes together. */
  limits: QuotaLimits;
  shares: QuotaShares;
  clock: Clock;
  log: Logger;
}

/**
 * This process's part of an account's limits: a share as large as its calls need, or, while calls wait that no share is
 * left for, permits for one call each. Nothing while it makes no calls.
 */
export class SharedLimits implements LimitsSource {
  readonly #options: SharedLimitsOptions;
  readonly #closing = new AbortController();
  #user = NO_USER;
  #share = NOTHING;
  #background = NOTHING;
  /** What that was asked within. */
  #askedWithin: QuotaLimits;
  /** Null: its calls need no permits. */
  #permits: QuotaPermits | null = null;
  #unused: QuotaCaller[] = [];
  /** Monotonic. */
  #goodUntil = -Infinity;
  #exchanging: Promise<void> | null = null;
  /** Ends the pause before the next exchange, if that is worth it. */
  #wake = (): void => undefined;
  #isFailing = false;

  constructor(options: SharedLimitsOptions) {
    this.#options = options;
    this.#askedWithin = options.limits;
  }

  get limits(): QuotaLimits {
    return this.#options.clock.monotonic() < this.#goodUntil ? this.#share : NOTHING;
  }

  /** As much less than was left for those that had asked as more is to be kept free. */
  forBackground(keepsFree: number): QuotaLimits {
    const { clock, limits } = this.#options;
    if (clock.monotonic() >= this.#goodUntil) return NOTHING;
    const own = withoutFree(limits, keepsFree);
    return lessBy(this.#background, this.#askedWithin, atMost(this.#askedWithin, own));
  }

  get isGrowing(): boolean {
    return !isWithin(this.#needed(), this.limits);
  }

  use(user: QuotaUser): void {
    this.#user = user;
  }

  update(): void {
    if (this.#closing.signal.aborted) return;
    if (isWithin(this.#needed(), this.#share) && this.#user.usage().background.queued === 0) return;
    if (this.#exchanging === null) this.#exchanging = this.#exchangeWhileNeeded();
    else this.#wake();
  }

  /** Leaves the share to other processes. Call it once no calls are made any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#exchanging;
    // It has never had one.
    if (this.#goodUntil === -Infinity) return;
    const { account, shares, log } = this.#options;
    try {
      await shares.leave(account, this.#user.usage().quietInMs);
    } catch (error) {
      log.warn({ err: error }, 'The share of a quota could not be left; it ends by itself');
    }
  }

  async #exchangeWhileNeeded(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      const asked = this.#demand();
      const isAnswered = await this.#exchange(asked);
      this.#user.serve();
      const share = this.#share;
      const permits = this.#permits;
      const needed = this.#needed();
      const isShort = !isWithin(needed, share);
      const isWaiting = this.#user.usage().background.queued > 0;
      // What it has used, or might have used until the answer came, it keeps until it asks again.
      const hasMore = !isWithin(asked.inUse, share) || (permits?.callers.length ?? 0) > 0;
      if (signal.aborted || (isNothing(needed) && isNothing(share) && !hasMore && !isWaiting)) break;
      // What waits in the background gets no permit.
      if (isAnswered && permits !== null && !isNothing(needed)) {
        await this.#pauseUntilReturned(permits.askInMs);
        continue;
      }
      // What was refused is asked for again in a while; what has been needed since, at once.
      const wasEnough = isAnswered && isWithin(asked.needed, share);
      if (isAnswered && (isShort ? wasEnough : this.#hasMoreInBackground(asked))) continue;
      await this.#pause(
        isShort || hasMore ? SETTLE_EVERY_MS : RENEW_EVERY_MS,
        () => !isShort && (!isWithin(this.#needed(), this.#share) || this.#hasMoreInBackground(asked)),
      );
    }
    this.#exchanging = null;
  }

  /** Whether more is done in the background than was asked for, when it has got all of that. */
  #hasMoreInBackground({ needed, background }: QuotaDemand): boolean {
    const now = neededBy(this.#options.limits, this.#user.usage().background);
    if (!background) return !isNothing(now);
    const { used, wanted } = background;
    return isWithin(lessBy(needed, used, wanted), this.#background) && !isWithin(now, wanted);
  }

  /** Others wait for the place of a call that ends. */
  async #pauseUntilReturned(milliseconds: number): Promise<void> {
    const running = (): number => this.#user.usage().running;
    const before = running();
    await this.#pause(RETURN_AFTER_MS, () => false);
    if (running() < before) return;
    await this.#pause(milliseconds - RETURN_AFTER_MS, () => running() < before);
  }

  /** @param isOver whether an update ends it */
  async #pause(milliseconds: number, isOver: () => boolean): Promise<void> {
    const pause = new AbortController();
    this.#wake = () => {
      if (isOver()) pause.abort();
    };
    await this.#options.clock.sleep(milliseconds, AbortSignal.any([this.#closing.signal, pause.signal]));
    this.#wake = () => undefined;
  }

  /** @returns whether there was an answer */
  async #exchange(demand: QuotaDemand): Promise<boolean> {
    const { account, limits, shares, clock, log } = this.#options;
    const asked = clock.monotonic();
    try {
      const answer = await shares.exchange(account, limits, demand);
      const { goodForMs, permits, background = NOTHING, ...share } = answer;
      this.#share = share;
      this.#background = background;
      this.#askedWithin = demand.background?.within ?? limits;
      this.#permits = permits;
      this.#goodUntil = asked + goodForMs;
      const callers = permits?.callers ?? [];
      this.#unused = clock.monotonic() < this.#goodUntil ? this.#user.admit(callers) : [...callers];
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: error }, 'The share of a quota could not be asked for');
      this.#isFailing = true;
      return false;
    }
  }

  #demand(): QuotaDemand {
    const unused = this.#unused;
    return toDemand(
      this.#options.limits,
      this.limits,
      this.#user.usage(),
      this.#user.waiting(MOST_CALLERS),
      unused,
    );
  }

  #needed(): QuotaLimits {
    return neededBy(this.#options.limits, this.#user.usage());
  }
}
