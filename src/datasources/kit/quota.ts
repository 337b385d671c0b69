import { BudgetSpentError } from '../errors.ts';
import type { Clock } from './clock.ts';

export interface QuotaLimits {
  /** Calls that may start in any sliding second. */
  callsPerSecond: number;
  /** Calls that may be under way at once. */
  maxConcurrent: number;
}

/**
 * The provider sees calls when they arrive, not when they leave: two that left a second apart may arrive closer.
 * So many milliseconds are added to the second.
 */
const ARRIVAL_JITTER_MS = 50;

/** Keeps the calls to one provider account within its limits: a caller waits for its turn, first come first served. */
export class Quota {
  readonly #limits: QuotaLimits;
  readonly #clock: Clock;
  /** Start times of the last calls, at most `callsPerSecond` of them, oldest first. */
  readonly #starts: number[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: QuotaLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * @param isWanted asked when the call's turn has come, before it takes up any of the quota
   * @throws BudgetSpentError when nobody wants the call any more
   */
  async run<T>(call: () => Promise<T>, isWanted: () => boolean = () => true): Promise<T> {
    if (this.#running >= this.#limits.maxConcurrent) {
      // Whoever finishes hands over its place, so `#running` does not change.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      if (!isWanted()) throw new BudgetSpentError();
      await this.#waitForTurn();
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #waitForTurn(): Promise<void> {
    const now = this.#clock.now();
    const oldest = this.#starts.length < this.#limits.callsPerSecond ? undefined : this.#starts.shift();
    const start = oldest === undefined ? now : Math.max(now, oldest + 1000 + ARRIVAL_JITTER_MS);
    // Taken before waiting, so that calls which wait together do not count on the same place.
    this.#starts.push(start);
    if (start > now) await this.#clock.sleep(start - now);
  }
}

/** Hands out one quota per provider account, however many channels use it. */
export class Quotas {
  readonly #clock: Clock;
  readonly #byAccount = new Map<string, Quota>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param account names the account at the provider, e.g. `WECOM ww123`; the first limits asked for it hold */
  for(account: string, limits: QuotaLimits): Quota {
    let quota = this.#byAccount.get(account);
    if (!quota) {
      quota = new Quota(limits, this.#clock);
      this.#byAccount.set(account, quota);
    }
    return quota;
  }
}
