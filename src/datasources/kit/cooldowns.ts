import type { UpstreamFailure } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';

/** Calls that the provider has said it does not want now. */
export interface Cooldown {
  /** Monotonic: no call leaves before. */
  until: number;
  /** Monotonic: when the provider said that it would take calls again. */
  resetAt: number;
  failure: UpstreamFailure;
}

interface KeptCooldown extends Cooldown {
  /** How often it was closed without a call getting through. */
  repetitions: number;
}

/** Where the provider does not say how long it wants to be left alone; doubled each time that it says so again. */
const FIRST_COOLDOWN_SECONDS = 1;
const LONGEST_UNSAID_COOLDOWN_SECONDS = 60;
/**
 * However far off a reset is said to be, one call an hour finds out: codes of daily quotas have been seen for shorter
 * limits, and a date may come from a clock that is wrong.
 */
const LONGEST_COOLDOWN_SECONDS = 3_600;
/** Stands for every operation of the account. */
const ALL = '';

/** Keeps calls from a provider that has said for how long it wants none, in general or of one operation. */
export class Cooldowns {
  readonly #clock: Clock;
  readonly #cooldowns = new Map<string, KeptCooldown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What keeps calls of this operation from leaving now; null when nothing does. */
  cooldownOf(operation: string): Cooldown | null {
    const now = this.#clock.monotonic();
    const closed = [this.#cooldowns.get(ALL), this.#cooldowns.get(operation)].flatMap((cooldown) =>
      cooldown && cooldown.until > now ? cooldown : [],
    );
    return closed.toSorted((a, b) => b.until - a.until)[0] ?? null;
  }

  /** How long until the last of the cooldowns opens; 0 when all are open. */
  get cooldownMs(): number {
    const ends = [...this.#cooldowns.values()].map(({ until }) => until);
    return Math.max(0, Math.max(...ends, 0) - this.#clock.monotonic());
  }

  /** Closes the gate that a failure calls for, if it calls for one. */
  noteFailure(operation: string, failure: UpstreamFailure): void {
    const scope = failure.cooldownOf === 'OPERATION' ? operation : ALL;
    const last = this.#cooldowns.get(scope);
    const seconds = toCooldownSeconds(failure, last?.repetitions ?? 0);
    if (seconds === null) return;
    const now = this.#clock.monotonic();
    // Calls that were under way together are refused together: that is one time.
    const isOpen = !last || last.until <= now;
    const until = now + Math.min(seconds, LONGEST_COOLDOWN_SECONDS) * 1000;
    if (!isOpen && until <= last.until) return;
    this.#cooldowns.set(scope, {
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
      const cooldown = this.#cooldowns.get(scope);
      if (cooldown && cooldown.until <= now) this.#cooldowns.delete(scope);
    }
  }
}

function toCooldownSeconds(
  { code, cooldownSeconds, retryAfterSeconds }: UpstreamFailure,
  repetitions: number,
): number | null {
  const said = cooldownSeconds ?? retryAfterSeconds ?? null;
  if (said !== null || code !== 'UPSTREAM_RATE_LIMITED') return said;
  return Math.min(FIRST_COOLDOWN_SECONDS * 2 ** repetitions, LONGEST_UNSAID_COOLDOWN_SECONDS);
}
