/** The share of calls that may be retried: more would add to the overload. */
const SHARE = 0.1;
/** What a quiet account may retry nevertheless. */
const AT_FIRST = 2;
const MOST = 10;

/** Bounds the cost of retries: one call in ten, over time. */
export class RetryBudget {
  #retries = AT_FIRST;

  /** A call has left for the first time. */
  earn(): void {
    this.#retries = Math.min(MOST, this.#retries + SHARE);
  }

  /** @returns whether a call may be retried */
  spend(): boolean {
    if (this.#retries < 1) return false;
    this.#retries--;
    return true;
  }
}
