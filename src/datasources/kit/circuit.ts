import { UpstreamError } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { AccountState } from '../../domain/upstream-calls.ts';

/** So many calls in a row without an answer mean that the provider is down. */
const FAILURES_IN_A_ROW = 3;
/**
 * While it is down, one trial call per interval tests whether it is back. A little over a second, so never two within
 * one.
 */
const PROBE_EVERY_MS = 1_050;

/**
 * A circuit breaker: stops calls to a provider that does not answer, and tests with one trial call at a time whether
 * it is back.
 */
export class Circuit {
  readonly #clock: Clock;
  readonly #onOpen: () => void;
  #failures = 0;
  /** Monotonic; null while the circuit is closed. */
  #openedAt: number | null = null;
  #isProbing = false;

  /** @param onOpen called when the circuit opens */
  constructor(clock: Clock, onOpen: () => void) {
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  get state(): AccountState['circuit'] {
    if (this.#openedAt === null) return 'CLOSED';
    return this.#isProbing ? 'HALF_OPEN' : 'OPEN';
  }

  /**
   * How long calls must not leave; 0 when one may. While a trial call runs, other calls do not wait for its outcome.
   */
  get cooldownMs(): number {
    if (this.#openedAt === null) return 0;
    if (this.#isProbing) return PROBE_EVERY_MS;
    return Math.max(0, this.#openedAt + PROBE_EVERY_MS - this.#clock.monotonic());
  }

  /** Makes a call and learns from its outcome. Call it only while `cooldownMs` is 0. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const isProbe = this.#openedAt !== null;
    this.#isProbing = isProbe;
    let finding: Finding = 'ANSWERED';
    try {
      return await call();
    } catch (error) {
      finding = toFinding(error);
      throw error;
    } finally {
      if (isProbe) this.#endProbe(finding);
      else this.#count(finding);
    }
  }

  #count(finding: Finding): void {
    // Calls that left before the circuit opened prove nothing new.
    if (finding === 'NOTHING' || this.#openedAt !== null) return;
    this.#failures = finding === 'OUTAGE' ? this.#failures + 1 : 0;
    if (this.#failures >= FAILURES_IN_A_ROW) this.#open();
  }

  #endProbe(finding: Finding): void {
    this.#isProbing = false;
    if (finding === 'ANSWERED') {
      this.#openedAt = null;
      this.#failures = 0;
    } else {
      this.#open();
    }
  }

  #open(): void {
    this.#openedAt = this.#clock.monotonic();
    this.#onOpen();
  }
}

/** What a call shows about the provider: `NOTHING` when its caller aborted it. */
type Finding = 'ANSWERED' | 'OUTAGE' | 'NOTHING';

/**
 * An outage gives no answer, or one from in front of the provider's own program; an answer about one request is not
 * an outage.
 */
function toFinding(error: unknown): Finding {
  if (!(error instanceof UpstreamError)) return 'NOTHING';
  const isOutage = error.code === 'UPSTREAM_TIMEOUT' || error.code === 'UPSTREAM_UNAVAILABLE';
  return isOutage ? 'OUTAGE' : 'ANSWERED';
}
