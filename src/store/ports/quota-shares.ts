/** What a provider allows of one account, or a part of it. */
export interface QuotaLimits {
  /** Calls that may arrive in any sliding second. */
  callsPerSecond: number;
  /** Calls that may be in flight at once. */
  maxConcurrent: number;
}

/** Whose call it is; null: the gateway's own, which waits until no caller's does. */
export type QuotaCaller = string | null;

/** The calls of one caller that wait in one process: one at least. */
export interface WaitingCalls {
  caller: QuotaCaller;
  calls: number;
  /** How long the oldest of them has waited. */
  waitedMs: number;
}

/** What one process wants of an account's quota. */
export interface QuotaDemand {
  /** What its calls use, or may use before it has the answer: as far as it has that, it keeps it until it asks again. */
  inUse: QuotaLimits;
  /** What they and the waiting calls would use. */
  needed: QuotaLimits;
  /** With a reserve, for as long as no other process needs it. */
  wanted: QuotaLimits;
  /** Left out, or null: nothing is done in the background. */
  background?: BackgroundDemand | null;
  /** At most one entry a caller. */
  waiting: readonly WaitingCalls[];
  /** Permits of the answer before that were not used, since no call of that caller waited any more. */
  unused: readonly QuotaCaller[];
}

/** What calls in the background want besides: they have it as long as no call waits that is not in the background, in any process. */
export interface BackgroundDemand {
  /** What they use; part of `QuotaDemand.needed`. */
  used: QuotaLimits;
  /** What they and those that wait would use, with a reserve. */
  wanted: QuotaLimits;
  /** Of the account: less is used by all calls of all processes when one of these leaves. */
  within: QuotaLimits;
}

/** Permits for one call each, which are used at once, in this order, or not at all. */
export interface QuotaPermits {
  callers: readonly QuotaCaller[];
  /** When the process asks again, as long as it makes calls or calls wait in it. */
  askInMs: number;
}

/** What one process may use from now on. */
export interface QuotaShare extends QuotaLimits {
  /** From when it was asked for. A process that did not ask again by then must make no more calls. */
  goodForMs: number;
  /**
   * Null: the process makes calls within its share as it likes. Else there are not enough places for all calls that wait, in
   * this process or others: the share is nothing, and each call needs a permit.
   */
  permits: QuotaPermits | null;
  /** Of the share: a call in the background leaves as long as the process uses less. Left out: nothing is done there. */
  background?: QuotaLimits;
}

/**
 * Divides the quotas of provider accounts among the processes that share the store. All shares and permits of an account
 * together are never more than its limits, also while processes die or stall. Permits go to callers in rotation,
 * whichever processes their calls wait in.
 */
export interface QuotaShares {
  /** @returns the share from now on; it may be less than what is in use, which then falls to it as calls end */
  exchange(account: string, limits: QuotaLimits, demand: QuotaDemand): Promise<QuotaShare>;
  /** Other processes may have the share. @param inMs when the last calls of this one use no more of it */
  leave(account: string, inMs: number): Promise<void>;
}
