import { reasonOf } from '../store/store-failure.ts';
import type { Probe } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

/** Within this time it repeats its last result: each probe costs a disk write. */
const LOOK_EVERY_MS = 1_000;
/** A caller that waits for the store longer than this does not answer in time. */
const MAX_MS = 1_000;

/** Says whether the store can be written and read, and fast enough. */
export class StoreProbe {
  readonly #clock: Clock;
  readonly #probe: Probe;
  /** Null before the first look. `at` is monotonic. */
  #found: { problem: string | null; seconds: number; at: number } | null = null;
  #looking: Promise<string | null> | null = null;
  /** Monotonic: when that look began. */
  #lookingSince = 0;

  constructor(probe: Probe, clock: Clock) {
    this.#clock = clock;
    this.#probe = probe;
  }

  /** @returns null when all is well, else what is wrong in a few words */
  problem(): Promise<string | null> {
    const found = this.#found;
    if (found && this.#clock.monotonic() < found.at + LOOK_EVERY_MS) return Promise.resolve(found.problem);
    this.#looking ??= this.#look();
    return this.#looking;
  }

  /** Looks again, without waiting for it. @returns how long the last look took, or the present one so far; Infinity: it failed */
  seconds(): number {
    void this.problem();
    const soFar = this.#looking ? (this.#clock.monotonic() - this.#lookingSince) / 1000 : 0;
    return Math.max(this.#found?.seconds ?? 0, soFar);
  }

  async #look(): Promise<string | null> {
    this.#lookingSince = this.#clock.monotonic();
    const beganAt = performance.now();
    const failure = await this.#findFailure(this.#clock.now());
    const ms = Math.round(performance.now() - beganAt);
    const problem = failure ?? (ms > MAX_MS ? `The store took ${ms} ms to write a row` : null);
    const seconds = failure === null ? ms / 1000 : Infinity;
    this.#found = { problem, seconds, at: this.#clock.monotonic() };
    this.#looking = null;
    return problem;
  }

  async #findFailure(now: number): Promise<string | null> {
    try {
      const read = await this.#probe.writeAndRead(now);
      // Another process may have written a later time.
      return read === null || read < now ? 'The store does not return what was written to it' : null;
    } catch (error) {
      return `The store cannot be written: ${reasonOf(error)}`;
    }
  }
}
