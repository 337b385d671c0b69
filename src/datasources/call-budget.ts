import type { Activity } from './activity.ts';

/** The budget of one channel in one request. */
export interface CallBudget {
  /** Unix ms: when the request arrived. An answer fetched since is fresh enough for this caller. */
  arrivedAt: number;
  /** @returns what was fetched since then is fresh enough for a request that arrived at `time`; both Unix ms */
  freshSince(time: number): number;
  /** Whether the request has timed out. */
  readonly isOver: boolean;
  /** Monotonic: the deadline of every answer. */
  readonly deadline: number;
  /** The caller, for the fair queue of an account. */
  readonly caller: string;
  /** Aborted when the request aborts its calls to the provider. */
  readonly signal: AbortSignal;
  /** Tells a provider that does nothing from a request that waits. */
  readonly activity: Activity;
  /** Counts a call that leaves. @throws BudgetSpentError when the request has no calls or time left. */
  spend(): void;
}

/** The same budget, whose calls are aborted by another signal. @param signal is aborted when the budget's own is */
export function withSignal(budget: CallBudget, signal: AbortSignal): CallBudget {
  return {
    arrivedAt: budget.arrivedAt,
    freshSince: (time) => budget.freshSince(time),
    get isOver() {
      return signal.aborted || budget.isOver;
    },
    deadline: budget.deadline,
    caller: budget.caller,
    signal,
    activity: budget.activity,
    spend: () => {
      budget.spend();
    },
  };
}
