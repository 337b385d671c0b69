import { UnreachableStoreError } from '../errors/store-error.ts';

/** A store that is back is used within moments: it answers requests again, too. */
const STORE_PAUSE_MS = 1_000;

export interface NextTry {
  pauseMs: number;
  /** Whether a line in the log tells something new. */
  isNew: boolean;
}

/**
 * When what runs in the background is tried again, by what it failed with. While the store cannot be reached that is often, and the
 * same is told once. A store that fails in another way, as when its disk is full, may do so for hours, and each attempt may call
 * the provider: then the pause is the regular one.
 */
export class Retries {
  #isStoreAway = false;

  /** @param regularMs the pause when the store is not to blame. @param error null: it succeeded */
  next(error: unknown, regularMs: number): NextTry {
    const isNew = !this.#isStoreAway;
    this.#isStoreAway = isCausedByAbsence(error);
    if (!this.#isStoreAway) return { pauseMs: regularMs, isNew: true };
    return { pauseMs: Math.min(STORE_PAUSE_MS, regularMs), isNew };
  }
}

/** A source that cannot reach the store is a channel that fails. */
function isCausedByAbsence(error: unknown): boolean {
  if (error instanceof UnreachableStoreError) return true;
  return error instanceof Error && isCausedByAbsence(error.cause);
}
