import { UpstreamError } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { AccountState } from '../../domain/upstream-calls.ts';

/** So many calls in a row that got no answer mean that the provider is down. */
const FAILURES_IN_A_ROW = 3;
/** While it is down, one call in so long finds out whether it is back. A little over a second, so never two within one. */
const PROBE_EVERY_MS = 1_050;

/** Stops calling a provider that does not answer, and tries with one call at a time whether it is back. */
export class Circuit {
  readonly #clock: Clock;
  readonly #onOpen: () => void;
  #failures = 0;
  /** Monotonic; null while calls leave as usual. */
  #openedAt: number | null = null;
  #isProbing = false;

  /** @param onOpen told when calls stop leaving */
  constructor(clock: Clock, onOpen: () => void) {
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  get state(): AccountState['circuit'] {
    if (this.#openedAt === null) return 'CLOSED';
    return this.#isProbing ? 'HALF_OPEN' : 'OPEN';
  }

  /** How long calls must not leave; 0 when one may. While a probe is under way, nobody waits for how it ends. */
  get cooldownMs(): number {
    if (this.#openedAt === null) return 0;
    if (this.#isProbing) return PROBE_EVERY_MS;
    return Math.max(0, this.#openedAt + PROBE_EVERY_MS - this.#clock.monotonic());
  }

  /** Makes a call and learns from how it ends. To be asked for only while `cooldownMs` is 0. */
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
    // Calls that left before it opened have nothing more to say.
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

/** What a call has found out about the provider: `NOTHING` when its caller gave it up. */
type Finding = 'ANSWERED' | 'OUTAGE' | 'NOTHING';

/** An outage brings no answer, or one from before the provider's own program; not what it says about one request. */
function toFinding(error: unknown): Finding {
  if (!(error instanceof UpstreamError)) return 'NOTHING';
  const isOutage = error.code === 'UPSTREAM_TIMEOUT' || error.code === 'UPSTREAM_UNAVAILABLE';
  return isOutage ? 'OUTAGE' : 'ANSWERED';
}
