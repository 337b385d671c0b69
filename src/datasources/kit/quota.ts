import { BudgetSpentError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { FairQueue } from './fair-queue.ts';

export interface QuotaLimits {
  /** Calls that may arrive in any sliding second. */
  callsPerSecond: number;
  /** Calls that may be under way at once. */
  maxConcurrent: number;
}

/** Somebody who wants to make a call. */
export interface Applicant {
  /** Callers take turns. */
  caller: string;
  /** Aborted when the call is no longer wanted. */
  signal: AbortSignal;
  /** Asked when the call's turn has come, before it takes up any of the quota. */
  isAdmitted(): boolean;
}

/** A place among the calls under way. */
export interface Turn {
  /** The call has ended. */
  end(): void;
  /** The call was not made after all. */
  cancel(): void;
}

/** `BARRED`: it was not admitted when its turn had come. `QUEUE_FULL`: too many wait already. */
export type NoTurn = 'BARRED' | 'QUEUE_FULL';

/** A call that left within the last second or so. */
interface Departure {
  /** Unix ms: the provider has seen it by then. */
  arrivedBy: number;
}

interface Waiting extends Applicant {
  settle: (outcome: Turn | NoTurn) => void;
}

/**
 * The provider counts calls as they arrive, and a slow way makes two that left a second apart arrive closer together. A
 * call has arrived when it is answered; of one that takes longer than this, it is assumed.
 */
const MAX_TRANSIT_MS = 90;
/** A second, and what both sides may lose by counting whole milliseconds. */
const WINDOW_MS = 1_002;
/** Who stands behind so many gets nothing before his deadline anyway. */
const MAX_QUEUED = 1_000;

/** Keeps the calls to one provider account within its limits: callers take turns, and their calls wait for them. */
export class Quota {
  readonly #limits: QuotaLimits;
  readonly #clock: Clock;
  readonly #queue: FairQueue<Waiting>;
  /** In the order of leaving. */
  readonly #departures: Departure[] = [];
  #running = 0;
  /** Unix ms: when the queue will be looked at again by itself. */
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
  enter(applicant: Applicant): Promise<Turn | NoTurn> {
    const { signal, caller } = applicant;
    if (signal.aborted) return Promise.reject(new BudgetSpentError());
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.remove((other) => other === waiting);
        reject(new BudgetSpentError());
      };
      const waiting: Waiting = {
        ...applicant,
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
    for (const waiting of this.#queue.remove((one) => !one.isAdmitted())) waiting.settle('BARRED');
  }

  /** How it stands now. */
  state(): { callsLeft: number; underWay: number; queued: number } {
    this.#forgetOld();
    const callsLeft = Math.max(0, this.#limits.callsPerSecond - this.#departures.length);
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
      next?.settle(next.isAdmitted() ? this.#depart() : 'BARRED');
    }
  }

  #depart(): Turn {
    const departure = { arrivedBy: this.#clock.now() + MAX_TRANSIT_MS };
    this.#departures.push(departure);
    this.#running++;
    return {
      end: () => {
        departure.arrivedBy = Math.min(departure.arrivedBy, this.#clock.now());
        this.#running--;
        this.#serve();
      },
      cancel: () => {
        this.#departures.splice(this.#departures.indexOf(departure), 1);
        this.#running--;
        this.#serve();
      },
    };
  }

  /** How long the next call must wait for the second to pass. */
  #pauseMs(): number {
    this.#forgetOld();
    const [oldest] = this.#departures;
    if (!oldest || this.#departures.length < this.#limits.callsPerSecond) return 0;
    return oldest.arrivedBy + WINDOW_MS - this.#clock.now();
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    for (;;) {
      const [oldest] = this.#departures;
      if (!oldest || oldest.arrivedBy + WINDOW_MS > now) return;
      this.#departures.shift();
    }
  }

  #wakeIn(milliseconds: number): void {
    const at = this.#clock.now() + milliseconds;
    if (at >= this.#wakesAt) return;
    this.#wakesAt = at;
    void this.#clock.sleep(milliseconds).then(() => {
      if (this.#wakesAt === at) this.#wakesAt = Infinity;
      this.#serve();
    });
  }
}
