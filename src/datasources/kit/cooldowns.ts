import type { UpstreamFailure } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';

/** A pause that the provider asked for. */
export interface Cooldown {
  /** Monotonic: no call leaves before. */
  until: number;
  /** Monotonic: when the provider said that it would take calls again. */
  resetAt: number;
  failure: UpstreamFailure;
}

interface KeptCooldown extends Cooldown {
  /** How often it was renewed without a successful call. */
  repetitions: number;
}

/** The first cooldown where the provider gives no duration; doubled each time that it repeats. */
const FIRST_COOLDOWN_SECONDS = 1;
const LONGEST_UNSAID_COOLDOWN_SECONDS = 60;
/**
 * However far off a reset is, the gateway tries one call an hour: providers have sent codes of daily quotas for
 * shorter limits, and a date may come from a wrong clock.
 */
const LONGEST_COOLDOWN_SECONDS = 3_600;
/** Stands for every operation of the account. */
const ALL = '';

/** Stops calls while a provider wants a pause, for the whole account or for one operation. */
export class Cooldowns {
  readonly #clock: Clock;
  readonly #cooldowns = new Map<string, KeptCooldown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The cooldown that stops calls of this operation now; null if none. */
  cooldownOf(operation: string): Cooldown | null {
    const now = this.#clock.monotonic();
    const closed = [this.#cooldowns.get(ALL), this.#cooldowns.get(operation)].flatMap((cooldown) =>
      cooldown && cooldown.until > now ? cooldown : [],
    );
    return closed.toSorted((a, b) => b.until - a.until)[0] ?? null;
  }

  /** How long until the last of the cooldowns ends; 0 without one. */
  get cooldownMs(): number {
    const ends = [...this.#cooldowns.values()].map(({ until }) => until);
    return Math.max(0, Math.max(...ends, 0) - this.#clock.monotonic());
  }

  /** Starts the cooldown that a failure asks for, if it asks for one. */
  noteFailure(operation: string, failure: UpstreamFailure): void {
    const key = failure.cooldownOf === 'OPERATION' ? operation : ALL;
    const last = this.#cooldowns.get(key);
    const seconds = toCooldownSeconds(failure, last?.repetitions ?? 0);
    if (seconds === null) return;
    const now = this.#clock.monotonic();
    // Calls in flight together are refused together: that counts once.
    const isOpen = !last || last.until <= now;
    const until = now + Math.min(seconds, LONGEST_COOLDOWN_SECONDS) * 1000;
    if (!isOpen && until <= last.until) return;
    this.#cooldowns.set(key, {
      until,
      resetAt: now + seconds * 1000,
      failure,
      repetitions: (last?.repetitions ?? 0) + (isOpen ? 1 : 0),
    });
  }

  /** A call succeeded: a cooldown that has ended is dropped with its history. */
  noteSuccess(operation: string): void {
    const now = this.#clock.monotonic();
    for (const key of [ALL, operation]) {
      const cooldown = this.#cooldowns.get(key);
      if (cooldown && cooldown.until <= now) this.#cooldowns.delete(key);
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
