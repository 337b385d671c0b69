/** Of the calls that leave, so many may be repeated: more would add to the trouble that they come from. */
const SHARE = 0.1;
/** What a quiet account may repeat all the same. */
const AT_FIRST = 2;
const MOST = 10;

/** Bounds what repeating costs: one call in ten, over time. */
export class RetryBudget {
  #retries = AT_FIRST;

  /** A call has left for the first time. */
  earn(): void {
    this.#retries = Math.min(MOST, this.#retries + SHARE);
  }

  /** @returns whether a call may be repeated */
  spend(): boolean {
    if (this.#retries < 1) return false;
    this.#retries--;
    return true;
  }
}
