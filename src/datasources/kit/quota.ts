import { MOST_OWN_WAIT_MS } from '../../domain/upstream-calls.ts';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { QuotaCaller, QuotaLimits, WaitingCalls } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { FairQueue } from './fair-queue.ts';

export type { QuotaLimits };

/** What an account's calls use of its limits, and what waits for them. */
export interface QuotaUsage {
  /** Calls that may arrive within the second that ends now, or later. */
  calls: number;
  running: number;
  queued: number;
  /** When nothing of the quota is used any more, if no further call is made; Infinity while one is running. */
  quietInMs: number;
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
  /** What is missing has been asked for: the user is told to serve when there is an answer, at any time. */
  readonly isGrowing: boolean;
  use(user: QuotaUser): void;
  /** What is used, or waits, has changed. */
  update(): void;
}

/** A caller that waits to make a call. */
export interface Waiter {
  /** The queue is fair by caller. Null: the gateway itself, whose calls leave when no caller's wait. */
  caller: QuotaCaller;
  /** Aborted when the call is no longer wanted. */
  signal: AbortSignal;
  /** Called when the call comes out of the queue, before it uses any of the quota. */
  isAdmitted(): boolean;
}

/** A permit for one call in flight. */
export interface Permit {
  /** The provider has begun to answer: the call has arrived. */
  answered(): void;
  /** The call has ended. An unanswered one may still be on its way. */
  end(): void;
  /** The call was not made after all. */
  cancel(): void;
}

/** `REJECTED`: it was not admitted when it came out of the queue. `QUEUE_FULL`: too many wait already. */
export type NoPermit = 'REJECTED' | 'QUEUE_FULL';

/** A call that may arrive at the provider within the second that ends now, or later. */
interface Dispatch {
  readonly dispatchedAt: number;
  /** Monotonic: it arrives before then, if at all. Infinity as long as that is unknown. */
  arrivesBefore: number;
}

interface Waiting extends Waiter {
  /** Monotonic. */
  since: number;
  settle: (outcome: Permit | NoPermit) => void;
}

/** A second, and what both sides may lose by rounding to milliseconds. */
const WINDOW_MS = 1_002;
/** How much of the slowest answer time is remembered at each further answer. */
const MEMORY_OF_SLOWEST = 0.99;
/** A call behind so many others would time out anyway. */
const MAX_QUEUED = 1_000;

/**
 * Keeps the calls to one provider account within its limits: calls wait in a fair queue of callers.
 *
 * The provider counts calls as they arrive, which is at some time between leaving and the first byte of the answer.
 * So a call keeps its place in the quota until a second after that byte, however long it takes.
 */
export class Quota {
  readonly #source: LimitsSource;
  readonly #clock: Clock;
  readonly #queue: FairQueue<Waiting>;
  readonly #dispatches = new Set<Dispatch>();
  #running = 0;
  /**
   * How long calls that end without an answer may still be on their way: as long as recent answers took, there and
   * back, and a second at least. What makes a caller abort is often what delays a call, so quick answers prove
   * little.
   */
  #slowestMs = WINDOW_MS;
  /** Monotonic: when the queue is checked again by itself. */
  #wakesAt = Infinity;

  /** @param limits as they are, or those that other processes leave to this one */
  constructor(limits: QuotaLimits | LimitsSource, clock: Clock, maxQueued = MAX_QUEUED) {
    this.#source = 'limits' in limits ? limits : new OwnLimits(limits);
    this.#clock = clock;
    this.#queue = new FairQueue(maxQueued);
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
    const { signal, caller } = waiter;
    if (signal.aborted) return Promise.reject(new BudgetSpentError());
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.delete(caller, waiting);
        reject(new BudgetSpentError());
      };
      const waiting: Waiting = {
        ...waiter,
        since: this.#clock.monotonic(),
        settle: (outcome) => {
          signal.removeEventListener('abort', leave);
          resolve(outcome);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(caller, waiting)?.settle('QUEUE_FULL');
      this.#serve();
    });
  }

  /** Rejects every waiter that would not be admitted now. */
  recheck(): void {
    for (const waiting of this.#queue.remove((one) => !one.isAdmitted())) waiting.settle('REJECTED');
  }

  /** The current state. */
  state(): { callsLeft: number; underWay: number; queued: number } {
    const { calls, running, queued } = this.#usage();
    const callsLeft = Math.max(0, this.#source.limits.callsPerSecond - calls);
    return { callsLeft, underWay: running, queued };
  }

  #serve(): void {
    while (this.#queue.size > 0 && this.#running < this.#source.limits.maxConcurrent) {
      const pauseMs = this.#pauseMs();
      if (pauseMs > 0) {
        this.#wakeIn(pauseMs);
        break;
      }
      const dueSince = this.#clock.monotonic() - MOST_OWN_WAIT_MS;
      const next = this.#queue.shift(({ since }) => since <= dueSince);
      next?.settle(next.isAdmitted() ? this.#dispatch() : 'REJECTED');
    }
    this.#source.update();
  }

  /** @returns whether a call of the caller waited that was still admitted */
  #admit(caller: QuotaCaller): boolean {
    for (;;) {
      const next = this.#queue.take(caller);
      if (next === undefined) return false;
      const isAdmitted = next.isAdmitted();
      next.settle(isAdmitted ? this.#dispatch() : 'REJECTED');
      if (isAdmitted) return true;
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
    this.#forgetOld();
    const last = Math.max(-Infinity, ...[...this.#dispatches].map(({ arrivesBefore }) => arrivesBefore));
    return {
      calls: this.#dispatches.size,
      running: this.#running,
      queued: this.#queue.size,
      quietInMs: Math.max(0, last + WINDOW_MS - this.#clock.monotonic()),
    };
  }

  #dispatch(): Permit {
    const dispatch: Dispatch = { dispatchedAt: this.#clock.monotonic(), arrivesBefore: Infinity };
    const isArriving = (): boolean => dispatch.arrivesBefore === Infinity;
    this.#dispatches.add(dispatch);
    this.#running++;
    return {
      answered: () => {
        if (!isArriving()) return;
        const now = this.#clock.monotonic();
        dispatch.arrivesBefore = now;
        this.#slowestMs = Math.max(
          now - dispatch.dispatchedAt,
          this.#slowestMs * MEMORY_OF_SLOWEST,
          WINDOW_MS,
        );
        this.#serve();
      },
      end: () => {
        if (isArriving()) dispatch.arrivesBefore = this.#clock.monotonic() + this.#slowestMs;
        this.#running--;
        this.#serve();
      },
      cancel: () => {
        this.#dispatches.delete(dispatch);
        this.#running--;
        this.#serve();
      },
    };
  }

  /** How long the next call must wait for a place; Infinity when that is unknown. */
  #pauseMs(): number {
    this.#forgetOld();
    if (this.#dispatches.size < this.#source.limits.callsPerSecond) return 0;
    const first = Math.min(...[...this.#dispatches].map(({ arrivesBefore }) => arrivesBefore));
    return first + WINDOW_MS - this.#clock.monotonic();
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic();
    for (const dispatch of this.#dispatches) {
      if (dispatch.arrivesBefore + WINDOW_MS <= now) this.#dispatches.delete(dispatch);
    }
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

/** Of an account that this process has for itself. */
class OwnLimits implements LimitsSource {
  readonly limits: QuotaLimits;
  readonly isGrowing = false;

  constructor(limits: QuotaLimits) {
    this.limits = limits;
  }

  use(): void {
    // They do not change.
  }

  update(): void {
    // Nor do they depend on what is used.
  }
}
