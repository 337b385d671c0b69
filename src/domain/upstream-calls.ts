import type { UpstreamErrorCode } from '../errors/upstream-error.ts';
import type { Provider } from './records.ts';

/** Which call it is about. */
export interface UpstreamOperation {
  provider: Provider;
  channel: string;
  /** The path of the call, without the query, which holds tokens and ids. */
  operation: string;
}

/** `ABANDONED`: nobody wanted the answer any more, so the call was broken off. */
export type CallOutcome = 'OK' | 'ABANDONED' | UpstreamErrorCode;

/** A call that left for the provider, and how it ended. */
export interface UpstreamCall extends UpstreamOperation {
  outcome: CallOutcome;
  /** How long it waited for its turn before it left. */
  waitedMs: number;
  /** From when it left until its answer had come and been understood. */
  durationMs: number;
  /** It repeats one that failed for a moment. */
  isRetry: boolean;
}

/** A call that was answered without asking the provider. */
export interface RefusedCall extends UpstreamOperation {
  /**
   * - `COOLDOWN`: the provider wants to be left alone until a time that is too far off.
   * - `CIRCUIT_OPEN`: the provider has been failing.
   * - `QUEUE_FULL`: too many calls of the account wait already.
   */
  reason: 'COOLDOWN' | 'CIRCUIT_OPEN' | 'QUEUE_FULL';
}

/** Told of every call to a provider, as it ends. It must not throw, and takes no time. */
export interface UpstreamObserver {
  called(call: UpstreamCall): void;
  refused(call: RefusedCall): void;
}

export const silentObserver: UpstreamObserver = {
  called: () => undefined,
  refused: () => undefined,
};

/** Tells each of them. */
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

/** How one account at a provider stands now. */
export interface AccountState {
  /** Such as `WECOM ww123`; its first word is the provider. */
  account: string;
  /** Calls that may still leave within the second that ends now. */
  callsLeft: number;
  /** Calls that have left and not yet ended. */
  underWay: number;
  /** Calls that wait in the queue. */
  queued: number;
  circuit: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  /** Unix ms: the latest time until which the provider wants to be left alone; null when all calls may leave. */
  closedUntil: number | null;
}

/** What a dashboard reads. */
export interface UpstreamAccounts {
  states(): AccountState[];
}
