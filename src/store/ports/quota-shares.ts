/** What a provider allows of one account, or a part of it. */
export interface QuotaLimits {
  /** Calls that may arrive in any sliding second. */
  callsPerSecond: number;
  /** Calls that may be in flight at once. */
  maxConcurrent: number;
}

/** What one process wants of an account's quota. */
export interface QuotaDemand {
  /** What its calls use, or may use before it has the answer: as far as it has that, it keeps it until it asks again. */
  inUse: QuotaLimits;
  /** What they and the waiting calls would use. */
  needed: QuotaLimits;
  /** With a reserve, for as long as no other process needs it. */
  wanted: QuotaLimits;
  /** Of how many callers calls are waiting: shares are in proportion. */
  callers: number;
}

export interface QuotaShare extends QuotaLimits {
  /** From when it was asked for. A process that did not ask again by then must make no more calls. */
  goodForMs: number;
}

/**
 * Divides the quotas of provider accounts among the processes that share the store. All shares of an account together are
 * never more than its limits, also while processes die or stall.
 */
export interface QuotaShares {
  /** @returns the share from now on; it may be less than what is in use, which then falls to it as calls end */
  exchange(account: string, limits: QuotaLimits, demand: QuotaDemand): Promise<QuotaShare>;
  /** Other processes may have the share. @param inMs when the last calls of this one use no more of it */
  leave(account: string, inMs: number): Promise<void>;
}
