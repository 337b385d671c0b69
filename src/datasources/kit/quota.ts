import { MOST_OWN_WAIT_MS } from '../../domain/upstream-calls.ts';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { QuotaCaller, QuotaLimits, WaitingCalls } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import type { Background } from '../call-budget.ts';
import { Dispatches, type Dispatched, type Permit } from './dispatches.ts';
import { FairQueue } from './fair-queue.ts';
import { withoutFree } from './without-free.ts';

export type { Permit } from './dispatches.ts';
export type { QuotaLimits };

/** What an account's calls use of its limits, and what waits for them. */
export interface QuotaUsage extends Dispatched {
  queued: number;
  /** When nothing of the quota is used any more, if no further call is made; Infinity while one is running. */
  quietInMs: number;
  /** Of the calls that are made those in the background, and how many of those wait, which `queued` does not count. */
  background: BackgroundUsage;
}

export interface BackgroundUsage extends Dispatched, Background {
  queued: number;
}

export interface QuotaUser {
  usage(): QuotaUsage;
  /** The calls that wait, of so many callers at most: those that are served next. */
  waiting(mostCallers: number): WaitingCalls[];
  /** The limits may have grown. */
  serve(): void;
  /** Serves one call of each, in this order and whatever the limits are. @returns those of whom none waits any more */
  admit(callers: readonly QuotaCaller[]): QuotaCaller[];
}

/** Limits that change, since other processes use the same account. */
export interface LimitsSource {
  /** What this process may use now. */
  readonly limits: QuotaLimits;
  /**
   * Within what a call in the background may leave: less than this is used by the calls of this process.
   *
   * @param keepsFree as `Background`
   */
  forBackground(keepsFree: number): QuotaLimits;
  /** What is missing has been asked for: the user is told to serve when there is an answer, at any time. */
  readonly isGrowing: boolean;
  use(user: QuotaUser): void;
  /** What is used, or waits, has changed. */
  update(): void;
}

/** A caller that waits to make a call. */
export interface Waiter {
  /**
   * The queue is fair by caller. Null: the gateway itself, whose calls leave when no caller's wait. One that is in the background no
   * more is for whom it is then.
   */
  readonly caller: QuotaCaller;
  /** In the background it leaves after all others, and only while a part of the quota is free. Left out, or null: it is not. */
  background?: BackgroundCall | null;
  /** Aborted when the call is no longer wanted. */
  signal: AbortSignal;
  /** Called when the call comes out of the queue, before it uses any of the quota. */
  isAdmitted(): boolean;
}

export interface BackgroundCall extends Background {
  /** Aborted when it is not in the background any more. */
  hurried: AbortSignal;
}

/** `REJECTED`: it was not admitted when it came out of the queue. `QUEUE_FULL`: too many wait already. */
export type NoPermit = 'REJECTED' | 'QUEUE_FULL';

interface Waiting extends Waiter {
  /** Monotonic. */
  since: number;
  settle: (outcome: Permit | NoPermit) => void;
}

/** A call behind so many others would time out anyway. */
const MAX_QUEUED = 1_000;

/** Keeps the calls to one provider account within its limits: calls wait in a fair queue of callers, and those in the background behind it. */
export class Quota {
  readonly #source: LimitsSource;
  readonly #clock: Clock;
  readonly #queue: FairQueue<Waiting>;
  /** In the order in which they came. */
  readonly #background = new Set<Waiting>();
  /** Of the last one that came there. */
  #keepsFree = 0;
  /** Monotonic: when a call last left from there. */
  #leftBackgroundAt = -Infinity;
  readonly #maxQueued: number;
  readonly #dispatches: Dispatches;
  /** Monotonic: when the queue is checked again by itself. */
  #wakesAt = Infinity;

  /** @param limits as they are, or those that other processes leave to this one */
  constructor(limits: QuotaLimits | LimitsSource, clock: Clock, maxQueued = MAX_QUEUED) {
    this.#source = 'limits' in limits ? limits : new OwnLimits(limits);
    this.#clock = clock;
    this.#queue = new FairQueue(maxQueued);
    this.#maxQueued = maxQueued;
    this.#dispatches = new Dispatches(clock, () => {
      this.#serve();
    });
    this.#source.use({
      usage: () => this.#usage(),
      waiting: (mostCallers) => this.#waiting(mostCallers),
      serve: () => {
        this.#serve();
      },
      admit: (callers) => callers.filter((caller) => !this.#admit(caller)),
    });
  }

  /**
   * Waits for a permit.
   *
   * @throws BudgetSpentError when the call is no longer wanted; it leaves the queue at once
   */
  enter(waiter: Waiter): Promise<Permit | NoPermit> {
    const { signal, background = null } = waiter;
    if (signal.aborted) return Promise.reject(new BudgetSpentError());
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#background.delete(waiting);
        this.#queue.delete(waiting.caller, waiting);
        reject(new BudgetSpentError());
      };
      const hurry = (): void => {
        if (this.#background.delete(waiting)) this.#push(waiting);
      };
      const waiting: Waiting = {
        ...waiter,
        get caller() {
          return waiter.caller;
        },
        since: this.#clock.monotonic(),
        settle: (outcome) => {
          signal.removeEventListener('abort', leave);
          background?.hurried.removeEventListener('abort', hurry);
          resolve(outcome);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      background?.hurried.addEventListener('abort', hurry, { once: true });
      this.#push(waiting);
    });
  }

  /** Rejects every waiter that would not be admitted now. */
  recheck(): void {
    const rejected = [...this.#background].filter((one) => !one.isAdmitted());
    for (const waiting of rejected) this.#background.delete(waiting);
    for (const waiting of [...this.#queue.remove((one) => !one.isAdmitted()), ...rejected])
      waiting.settle('REJECTED');
  }

  /** The current state. */
  state(): { callsLeft: number; underWay: number; queued: number } {
    const { calls, running, queued } = this.#usage();
    const callsLeft = Math.max(0, this.#source.limits.callsPerSecond - calls);
    return { callsLeft, underWay: running, queued };
  }

  #push(waiting: Waiting): void {
    if (!isInBackground(waiting)) {
      this.#queue.push(waiting.caller, waiting)?.settle('QUEUE_FULL');
    } else if (this.#background.size < this.#maxQueued) {
      this.#background.add(waiting);
      this.#keepsFree = waiting.background.keepsFree;
    } else {
      waiting.settle('QUEUE_FULL');
    }
    this.#serve();
  }

  #serve(): void {
    while (this.#queue.size > 0 && this.#hasPlace(this.#source.limits)) {
      const dueSince = this.#clock.monotonic() - MOST_OWN_WAIT_MS;
      const next = this.#queue.shift(({ since }) => since <= dueSince);
      if (next) this.#settle(next);
    }
    // Where one has no place, nor has one that leaves as much free: hundreds that wait are not asked for each.
    let leastRefused = Infinity;
    for (const next of this.#background) {
      if (this.#queue.size > 0) break;
      const keepsFree = this.#keepsFreeOf(next);
      if (keepsFree >= leastRefused) continue;
      if (!this.#hasPlace(this.#source.forBackground(keepsFree))) {
        leastRefused = keepsFree;
        continue;
      }
      this.#background.delete(next);
      this.#leftBackgroundAt = this.#clock.monotonic();
      this.#settle(next);
    }
    this.#source.update();
  }

  /** Otherwise it looks again when there is one. */
  #hasPlace({ callsPerSecond, maxConcurrent }: QuotaLimits): boolean {
    if (this.#dispatches.running >= maxConcurrent) return false;
    const pauseMs = this.#dispatches.pauseMs(callsPerSecond);
    if (pauseMs > 0) this.#wakeIn(pauseMs);
    return pauseMs <= 0;
  }

  /** Nothing, once none has left for long: calls that no caller waits behind may keep an account busy for ever. */
  #keepsFreeOf({ since, background }: Waiting): number {
    const isStarving = this.#clock.monotonic() - Math.max(since, this.#leftBackgroundAt) >= MOST_OWN_WAIT_MS;
    return isStarving ? 0 : (background?.keepsFree ?? 0);
  }

  /** @returns whether it was still admitted */
  #settle(waiting: Waiting): boolean {
    const isAdmitted = waiting.isAdmitted();
    waiting.settle(isAdmitted ? this.#dispatches.add(isInBackground(waiting)) : 'REJECTED');
    return isAdmitted;
  }

  /** @returns whether a call of the caller waited that was still admitted */
  #admit(caller: QuotaCaller): boolean {
    for (;;) {
      const next = this.#queue.take(caller);
      if (next === undefined) return false;
      if (this.#settle(next)) return true;
    }
  }

  #waiting(mostCallers: number): WaitingCalls[] {
    const now = this.#clock.monotonic();
    return [...this.#queue.lists].slice(0, mostCallers).map(([caller, items]) => {
      const [oldest] = items;
      return { caller, calls: items.size, waitedMs: now - (oldest?.since ?? now) };
    });
  }

  #usage(): QuotaUsage {
    const waiting = [...this.#background].map((one) => this.#keepsFreeOf(one));
    return {
      ...this.#dispatches.used(),
      queued: this.#queue.size,
      quietInMs: this.#dispatches.quietInMs,
      background: {
        ...this.#dispatches.usedInBackground(),
        queued: this.#background.size,
        keepsFree: waiting.length > 0 ? Math.min(...waiting) : this.#keepsFree,
      },
    };
  }

  #wakeIn(milliseconds: number): void {
    const at = this.#clock.monotonic() + milliseconds;
    // Unknown, or later than planned: an answer or the earlier timer checks again.
    if (at >= this.#wakesAt) return;
    this.#wakesAt = at;
    // What is asked for most likely comes first.
    const { background = this.#clock } = this.#clock;
    const clock = this.#source.isGrowing ? background : this.#clock;
    void clock.sleep(milliseconds).then(() => {
      if (this.#wakesAt === at) this.#wakesAt = Infinity;
      this.#serve();
    });
  }
}

function isInBackground(waiting: Waiter): waiting is Waiter & { background: BackgroundCall } {
  return waiting.background?.hurried.aborted === false;
}

/** Of an account that this process has for itself. */
class OwnLimits implements LimitsSource {
  readonly limits: QuotaLimits;
  readonly isGrowing = false;

  constructor(limits: QuotaLimits) {
    this.limits = limits;
  }

  forBackground(keepsFree: number): QuotaLimits {
    return withoutFree(this.limits, keepsFree);
  }

  use(): void {
    // They do not change.
  }

  update(): void {
    // Nor do they depend on what is used.
  }
}
