/** The budget of one channel in one request. */
export interface CallBudget {
  /** Unix ms: when the request arrived. An answer fetched since is fresh enough for this caller. */
  arrivedAt: number;
  /** Whether the request has timed out. */
  readonly isOver: boolean;
  /** Monotonic: the deadline of every answer. */
  readonly deadline: number;
  /** The caller, for the fair queue of an account. */
  readonly caller: string;
  /** Aborted when the request aborts its calls to the provider. */
  readonly signal: AbortSignal;
  /** Waits for a permit of the account's quota; this time does not count as the provider's. */
  whileQueued<T>(turn: Promise<T>): Promise<T>;
  /** Counts a call that leaves. @throws BudgetSpentError when the request has no calls or time left. */
  spend(): void;
}
