import type { Clock } from '../../util/clock.ts';

/** A permit for one call in flight. */
export interface Permit {
  /** The provider has begun to answer: the call has arrived. */
  answered(): void;
  /** The call has ended. An unanswered one may still be on its way. */
  end(): void;
  /** The call was not made after all. */
  cancel(): void;
}

/** What calls use of a quota. */
export interface Dispatched {
  /** Calls that may arrive within the second that ends now, or later. */
  calls: number;
  running: number;
}

/** A call that may arrive at the provider within the second that ends now, or later. */
interface Dispatch {
  readonly dispatchedAt: number;
  readonly isBackground: boolean;
  /** Monotonic: it arrives before then, if at all. Infinity as long as that is unknown. */
  arrivesBefore: number;
}

/** A second, and what both sides may lose by rounding to milliseconds. */
const WINDOW_MS = 1_002;
/** How much of the slowest answer time is remembered at each further answer. */
const MEMORY_OF_SLOWEST = 0.99;

/**
 * The calls to one provider account that count for its limits.
 *
 * The provider counts calls as they arrive, which is at some time between leaving and the first byte of the answer.
 * So a call keeps its place in the quota until a second after that byte, however long it takes.
 */
export class Dispatches {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #counted = new Set<Dispatch>();
  readonly #running = new Set<Dispatch>();
  /**
   * How long calls that end without an answer may still be on their way: as long as recent answers took, there and
   * back, and a second at least. What makes a caller abort is often what delays a call, so quick answers prove
   * little.
   */
  #slowestMs = WINDOW_MS;

  /** @param onChange called when a call has been answered or has ended */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get running(): number {
    return this.#running.size;
  }

  /** All calls. */
  used(): Dispatched {
    this.#forgetOld();
    return { calls: this.#counted.size, running: this.#running.size };
  }

  /** Those in the background, of all. */
  usedInBackground(): Dispatched {
    this.#forgetOld();
    return { calls: countBackground(this.#counted), running: countBackground(this.#running) };
  }

  /** When none is counted any more, if no further call is made; Infinity while one is running. */
  get quietInMs(): number {
    const last = Math.max(-Infinity, ...this.#ends());
    return Math.max(0, last + WINDOW_MS - this.#clock.monotonic());
  }

  /** How long the next call must wait for one of so many places; Infinity when that is unknown. */
  pauseMs(places: number): number {
    this.#forgetOld();
    const tooMany = this.#counted.size - places;
    if (tooMany < 0) return 0;
    const end = this.#ends().sort((one, other) => one - other)[tooMany] ?? Infinity;
    return end + WINDOW_MS - this.#clock.monotonic();
  }

  /** A call leaves. */
  add(isBackground: boolean): Permit {
    const dispatch: Dispatch = {
      dispatchedAt: this.#clock.monotonic(),
      isBackground,
      arrivesBefore: Infinity,
    };
    const isArriving = (): boolean => dispatch.arrivesBefore === Infinity;
    this.#counted.add(dispatch);
    this.#running.add(dispatch);
    return {
      answered: () => {
        if (!isArriving()) return;
        const now = this.#clock.monotonic();
        dispatch.arrivesBefore = now;
        const answerMs = now - dispatch.dispatchedAt;
        this.#slowestMs = Math.max(answerMs, this.#slowestMs * MEMORY_OF_SLOWEST, WINDOW_MS);
        this.#onChange();
      },
      end: () => {
        if (isArriving()) dispatch.arrivesBefore = this.#clock.monotonic() + this.#slowestMs;
        this.#running.delete(dispatch);
        this.#onChange();
      },
      cancel: () => {
        this.#counted.delete(dispatch);
        this.#running.delete(dispatch);
        this.#onChange();
      },
    };
  }

  #ends(): number[] {
    return [...this.#counted].map(({ arrivesBefore }) => arrivesBefore);
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic();
    for (const dispatch of this.#counted) {
      if (dispatch.arrivesBefore + WINDOW_MS <= now) this.#counted.delete(dispatch);
    }
  }
}

function countBackground(dispatches: Iterable<Dispatch>): number {
  let count = 0;
  for (const { isBackground } of dispatches) if (isBackground) count++;
  return count;
}
