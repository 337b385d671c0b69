import type { Activity } from './activity.ts';

/** Work of the gateway's own that can wait: its calls leave when no other call of the account waits. */
export interface Background {
  /** The part of the account's quota that is free when one of its calls has left: from 0 to less than 1. */
  keepsFree: number;
}

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
  /** The caller, for the fair queue of an account; null: the gateway itself, whose calls leave when no caller's wait. */
  readonly caller: string | null;
  /** Of the gateway's own work that is done in the background. Left out, or null: it is not. */
  readonly background?: Background | null;
  /** Aborted when the request aborts its calls to the provider. */
  readonly signal: AbortSignal;
  /** Tells a provider that does nothing from a request that waits. */
  readonly activity: Activity;
  /** Counts a call that leaves. @throws BudgetSpentError when the request has no calls or time left. */
  spend(): void;
}

/** The same budget, whose calls are aborted by another signal. @param signal is aborted when the budget's own is */
export function withSignal(budget: CallBudget, signal: AbortSignal): CallBudget {
  return new WithSignal(budget, signal);
}

class WithSignal implements CallBudget {
  readonly arrivedAt: number;
  readonly deadline: number;
  readonly caller: CallBudget['caller'];
  readonly background: Background | null;
  readonly activity: Activity;
  readonly signal: AbortSignal;
  readonly #budget: CallBudget;

  constructor(budget: CallBudget, signal: AbortSignal) {
    this.arrivedAt = budget.arrivedAt;
    this.deadline = budget.deadline;
    this.caller = budget.caller;
    this.background = budget.background ?? null;
    this.activity = budget.activity;
    this.signal = signal;
    this.#budget = budget;
  }

  get isOver(): boolean {
    return this.signal.aborted || this.#budget.isOver;
  }

  freshSince(time: number): number {
    return this.#budget.freshSince(time);
  }

  spend(): void {
    this.#budget.spend();
  }
}
