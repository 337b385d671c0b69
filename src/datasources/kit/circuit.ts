import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { BudgetSpentError, UpstreamError } from '../errors.ts';
import type { AccountState } from './observer.ts';

/** So many calls in a row that got no answer mean that the provider is down. */
const FAILURES_IN_A_ROW = 3;
/** While it is down, one call in so long finds out whether it is back. A little over a second, so never two within one. */
const PROBE_EVERY_MS = 1_050;

const STATES: Record<CircuitState, AccountState['circuit']> = {
  [CircuitState.Closed]: 'CLOSED',
  [CircuitState.Open]: 'OPEN',
  [CircuitState.HalfOpen]: 'HALF_OPEN',
  [CircuitState.Isolated]: 'OPEN',
};

/** Stops calling a provider that does not answer, and tries with one call at a time whether it is back. */
export class Circuit {
  readonly #policy: CircuitBreakerPolicy;
  /** As the library counts: by the system's clock. */
  #openedAt = 0;

  /** @param onOpen told when calls stop leaving */
  constructor(onOpen: () => void) {
    this.#policy = circuitBreaker(
      // A probe that nobody waits for any more has found out nothing.
      handleWhen(
        (error) => isOutage(error) || (this.state === 'HALF_OPEN' && error instanceof BudgetSpentError),
      ),
      { halfOpenAfter: PROBE_EVERY_MS, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
    );
    this.#policy.onBreak(() => {
      this.#openedAt = Date.now();
      onOpen();
    });
  }

  get state(): AccountState['circuit'] {
    return STATES[this.#policy.state];
  }

  /** How long calls must not leave; 0 when one may. The library would have them wait while a probe is under way. */
  get restMs(): number {
    switch (this.state) {
      case 'CLOSED':
        return 0;
      case 'OPEN':
        return Math.max(0, this.#openedAt + PROBE_EVERY_MS - Date.now());
      case 'HALF_OPEN':
        return PROBE_EVERY_MS;
    }
  }

  /** Makes a call and learns from how it ends. To be asked for only while `restMs` is 0. */
  run<T>(call: () => Promise<T>): Promise<T> {
    return this.#policy.execute(call);
  }
}

/** No answer came, or one that came from before the provider's own program; not what it says about one request. */
function isOutage(error: Error): boolean {
  return (
    error instanceof UpstreamError &&
    (error.code === 'UPSTREAM_TIMEOUT' || error.code === 'UPSTREAM_UNAVAILABLE')
  );
}
