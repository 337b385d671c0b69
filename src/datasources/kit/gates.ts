import type { UpstreamFailure } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';

/** Calls that the provider has said it does not want now. */
export interface Closure {
  /** Monotonic: no call leaves before. */
  until: number;
  /** Monotonic: when the provider said that it would take calls again. */
  resetAt: number;
  failure: UpstreamFailure;
}

interface KeptClosure extends Closure {
  /** How often it was closed without a call getting through. */
  repetitions: number;
}

/** Where the provider does not say how long it wants to be left alone; doubled each time that it says so again. */
const FIRST_REST_SECONDS = 1;
const LONGEST_UNSAID_REST_SECONDS = 60;
/**
 * However far off a reset is said to be, one call an hour finds out: codes of daily quotas have been seen for shorter
 * limits, and a date may come from a clock that is wrong.
 */
const LONGEST_REST_SECONDS = 3_600;
/** Stands for every operation of the account. */
const ALL = '';

/** Keeps calls from a provider that has said for how long it wants none, in general or of one operation. */
export class Gates {
  readonly #clock: Clock;
  readonly #closures = new Map<string, KeptClosure>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What keeps calls of this operation from leaving now; null when nothing does. */
  closureOf(operation: string): Closure | null {
    const now = this.#clock.monotonic();
    const closed = [this.#closures.get(ALL), this.#closures.get(operation)].flatMap((closure) =>
      closure && closure.until > now ? closure : [],
    );
    return closed.toSorted((a, b) => b.until - a.until)[0] ?? null;
  }

  /** How long until the last of the gates opens; 0 when all are open. */
  get restMs(): number {
    const ends = [...this.#closures.values()].map(({ until }) => until);
    return Math.max(0, Math.max(...ends, 0) - this.#clock.monotonic());
  }

  /** Closes the gate that a failure calls for, if it calls for one. */
  noteFailure(operation: string, failure: UpstreamFailure): void {
    const scope = failure.rests === 'OPERATION' ? operation : ALL;
    const last = this.#closures.get(scope);
    const seconds = toRestSeconds(failure, last?.repetitions ?? 0);
    if (seconds === null) return;
    const now = this.#clock.monotonic();
    // Calls that were under way together are refused together: that is one time.
    const isOpen = !last || last.until <= now;
    const until = now + Math.min(seconds, LONGEST_REST_SECONDS) * 1000;
    if (!isOpen && until <= last.until) return;
    this.#closures.set(scope, {
      until,
      resetAt: now + seconds * 1000,
      failure,
      repetitions: (last?.repetitions ?? 0) + (isOpen ? 1 : 0),
    });
  }

  /** A call got through: a gate that has opened again has no history. */
  noteSuccess(operation: string): void {
    const now = this.#clock.monotonic();
    for (const scope of [ALL, operation]) {
      const closure = this.#closures.get(scope);
      if (closure && closure.until <= now) this.#closures.delete(scope);
    }
  }
}

function toRestSeconds(
  { code, restSeconds, retryAfterSeconds }: UpstreamFailure,
  repetitions: number,
): number | null {
  const said = restSeconds ?? retryAfterSeconds ?? null;
  if (said !== null || code !== 'UPSTREAM_RATE_LIMITED') return said;
  return Math.min(FIRST_REST_SECONDS * 2 ** repetitions, LONGEST_UNSAID_REST_SECONDS);
}
