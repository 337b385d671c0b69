import type { UpstreamErrorCode } from '../errors/catalogue.ts';
import type { Provider } from './records.ts';

/** Which call it is about. */
export interface UpstreamOperation {
  provider: Provider;
  channel: string;
  /** The path of the call, without the query, which holds tokens and ids. */
  operation: string;
}

/** `ABANDONED`: the caller aborted it. */
export type CallOutcome = 'OK' | 'ABANDONED' | UpstreamErrorCode;

/** A call that left for the provider, and its outcome. */
export interface UpstreamCall extends UpstreamOperation {
  outcome: CallOutcome;
  /** How long it waited in the queue before it left. */
  waitedMs: number;
  /** From when it left until its answer was complete and parsed. */
  durationMs: number;
  /** It retries a call that failed temporarily. */
  isRetry: boolean;
}

/** A call that was answered without the provider. */
export interface RefusedCall extends UpstreamOperation {
  /**
   * - `COOLDOWN`: a cooldown after a rate limit ends too far off.
   * - `CIRCUIT_OPEN`: the circuit breaker is open.
   * - `QUEUE_FULL`: too many calls of the account wait already.
   */
  reason: 'COOLDOWN' | 'CIRCUIT_OPEN' | 'QUEUE_FULL';
}

/** Observes every call to a provider, as it ends. It must not throw, and must be fast. */
export interface UpstreamObserver {
  called(call: UpstreamCall): void;
  refused(call: RefusedCall): void;
}

/** The gateway's own calls come after those of callers; but one that has waited for so long is served as a caller's. */
export const MOST_OWN_WAIT_MS = 10_000;

export const noObserver: UpstreamObserver = {
  called: () => undefined,
  refused: () => undefined,
};

/** Passes each call to all of them. */
export function observeAll(observers: readonly UpstreamObserver[]): UpstreamObserver {
  return {
    called: (call) => {
      for (const observer of observers) observer.called(call);
    },
    refused: (call) => {
      for (const observer of observers) observer.refused(call);
    },
  };
}

/** The current state of one account at a provider. */
export interface AccountState {
  /** Its first word is the provider. */
  account: string;
  /** Calls left in the quota of the current second. */
  callsLeft: number;
  /** Calls in flight. */
  underWay: number;
  /** Calls that wait in the queue, without those in the background. */
  queued: number;
  circuit: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  /** Unix ms: when the last of its cooldowns ends; null without one. */
  closedUntil: number | null;
}

/** What a dashboard reads. */
export interface UpstreamAccounts {
  states(): AccountState[];
}
