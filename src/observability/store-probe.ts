import type { Database, Statement } from '../store/sqlite/database.ts';
import type { Clock } from '../util/clock.ts';

/** Within this time it repeats its last result: each probe costs a disk write. */
const LOOK_EVERY_MS = 1_000;
/** A caller that waits for the store longer than this does not answer in time. */
const MAX_MS = 1_000;

/** Says whether the store can be written and read, and fast enough. */
export class StoreProbe {
  readonly #clock: Clock;
  readonly #write: Statement;
  readonly #read: Statement;
  /** `at` is monotonic. */
  #found: { problem: string | null; at: number } | null = null;

  constructor(database: Database, clock: Clock) {
    this.#clock = clock;
    this.#write = database.prepare('INSERT OR REPLACE INTO probe (only, written_at) VALUES (1, ?)');
    this.#read = database.prepare('SELECT written_at FROM probe');
  }

  /** @returns null when all is well, else what is wrong in a few words */
  problem(): string | null {
    const now = this.#clock.monotonic();
    if (this.#found === null || now >= this.#found.at + LOOK_EVERY_MS) {
      this.#found = { problem: this.#look(this.#clock.now()), at: now };
    }
    return this.#found.problem;
  }

  #look(now: number): string | null {
    const beganAt = performance.now();
    try {
      this.#write.run(now);
      if (this.#read.get()?.['written_at'] !== now) return 'The store does not return what was written to it';
    } catch (error) {
      return `The store cannot be written: ${toReason(error)}`;
    }
    const ms = Math.round(performance.now() - beganAt);
    return ms > MAX_MS ? `The store took ${ms} ms to write a row` : null;
  }
}

/** SQLite's words for its error number, which quote nothing. */
function toReason(error: unknown): string {
  const isSqlite = error instanceof Error && 'errstr' in error && typeof error.errstr === 'string';
  return isSqlite ? String(error.errstr) : 'it is closed or broken';
}
