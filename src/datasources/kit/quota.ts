import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';
import { FairQueue } from './fair-queue.ts';

export interface QuotaLimits {
  /** Calls that may arrive in any sliding second. */
  callsPerSecond: number;
  /** Calls that may be under way at once. */
  maxConcurrent: number;
}

/** Somebody who wants to make a call. */
export interface Waiter {
  /** Callers take turns. */
  caller: string;
  /** Aborted when the call is no longer wanted. */
  signal: AbortSignal;
  /** Asked when the call's turn has come, before it takes up any of the quota. */
  isAdmitted(): boolean;
}

/** A place among the calls under way. */
export interface Permit {
  /** The provider has begun to answer: the call has arrived. */
  answered(): void;
  /** The call has ended. One that was not answered may be on its way still. */
  end(): void;
  /** The call was not made after all. */
  cancel(): void;
}

/** `REJECTED`: it was not admitted when its turn had come. `QUEUE_FULL`: too many wait already. */
export type NoPermit = 'REJECTED' | 'QUEUE_FULL';

/** A call that may arrive at the provider within the second that ends now, or later. */
interface Dispatch {
  readonly dispatchedAt: number;
  /** Monotonic: it arrives before then, if at all. Infinity as long as that cannot be told. */
  arrivesBefore: number;
}

interface Waiting extends Waiter {
  settle: (outcome: Permit | NoPermit) => void;
}

/** A second, and what both sides may lose by counting whole milliseconds. */
const WINDOW_MS = 1_002;
/** How much of the slowest answer is remembered at each answer that follows. */
const MEMORY_OF_SLOWEST = 0.99;
/** Who stands behind so many gets nothing before his deadline anyway. */
const MAX_QUEUED = 1_000;

/**
 * Keeps the calls to one provider account within its limits: callers take turns, and their calls wait for them.
 *
 * The provider counts calls as they arrive, which is at some time between leaving and the first byte of the answer. So
 * a call keeps its place in the quota until a second after that byte, however long it takes.
 */
export class Quota {
  readonly #limits: QuotaLimits;
  readonly #clock: Clock;
  readonly #queue: FairQueue<Waiting>;
  readonly #dispatches = new Set<Dispatch>();
  #running = 0;
  /**
   * How long calls that end without an answer may still be on their way: as long as others have taken of late, there and
   * back, and a second at least. What makes a caller give up is often what holds a call up, so quick answers say little.
   */
  #slowestMs = WINDOW_MS;
  /** Monotonic: when the queue will be looked at again by itself. */
  #wakesAt = Infinity;

  constructor(limits: QuotaLimits, clock: Clock, maxQueued = MAX_QUEUED) {
    this.#limits = limits;
    this.#clock = clock;
    this.#queue = new FairQueue(maxQueued);
  }

  /**
   * Waits for a turn.
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

  /** Turns away everybody in the queue who would not be admitted now. */
  recheck(): void {
    for (const waiting of this.#queue.remove((one) => !one.isAdmitted())) waiting.settle('REJECTED');
  }

  /** How it stands now. */
  state(): { callsLeft: number; underWay: number; queued: number } {
    this.#forgetOld();
    const callsLeft = Math.max(0, this.#limits.callsPerSecond - this.#dispatches.size);
    return { callsLeft, underWay: this.#running, queued: this.#queue.size };
  }

  #serve(): void {
    while (this.#queue.size > 0 && this.#running < this.#limits.maxConcurrent) {
      const pauseMs = this.#pauseMs();
      if (pauseMs > 0) {
        this.#wakeIn(pauseMs);
        return;
      }
      const next = this.#queue.shift();
      next?.settle(next.isAdmitted() ? this.#dispatch() : 'REJECTED');
    }
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

  /** How long the next call must wait for a place; Infinity when that is not known yet. */
  #pauseMs(): number {
    this.#forgetOld();
    if (this.#dispatches.size < this.#limits.callsPerSecond) return 0;
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
    // Not known, or later than planned: an answer or the wake before looks again.
    if (at >= this.#wakesAt) return;
    this.#wakesAt = at;
    void this.#clock.sleep(milliseconds).then(() => {
      if (this.#wakesAt === at) this.#wakesAt = Infinity;
      this.#serve();
    });
  }
}
