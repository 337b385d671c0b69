import { isStoreFailure } from '../store/store-failure.ts';

/** A store that is back is used within moments: it answers requests again, too. */
const STORE_PAUSE_MS = 1_000;

export interface NextTry {
  pauseMs: number;
  /** Whether a line in the log tells something new. */
  isNew: boolean;
}

/** When what runs in the background is tried again, by what it failed with. While the store is away that is often, and told once. */
export class Retries {
  #isStoreAway = false;

  /** @param regularMs the pause when the store is not to blame. @param error null: it succeeded */
  next(error: unknown, regularMs: number): NextTry {
    const isNew = !this.#isStoreAway;
    this.#isStoreAway = isCausedByStore(error);
    if (!this.#isStoreAway) return { pauseMs: regularMs, isNew: true };
    return { pauseMs: Math.min(STORE_PAUSE_MS, regularMs), isNew };
  }
}

/** A source that the store has failed is a channel that fails. */
function isCausedByStore(error: unknown): boolean {
  if (isStoreFailure(error)) return true;
  return error instanceof Error && isCausedByStore(error.cause);
}
