import type { CallBudget } from '../datasources/message-source.ts';
import type { Lease } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import { ArchiveFailures } from './archive-failure.ts';
import { AGAIN, TAIL, type Age } from './ages.ts';
import { Backfill } from './backfill.ts';
import { GapPauses } from './gap-pauses.ts';
import type { KeptSource } from './kept-source.ts';
import { oldestWanted } from './oldest-wanted.ts';
import { Pass } from './pass.ts';
import { Retention } from './retention.ts';
import { Round } from './round.ts';
import { quietSinceNewest, tailPauseMs } from './tail-pause.ts';

/** A fresh one for each page, of the gateway's own caller. */
type CreateBudget = () => CallBudget;

/** How soon the tail is read again after an event of the source. */
const TAIL_SOON_MS = 5_000;
/** How soon it, and the rest, is read again when something of it has failed. */
export const RETRY_MS = 60_000;
/** How often it looks what has come to an age. */
const REST_EVERY_MS = 300_000;

/**
 * Keeps the archive of a source in step with its provider: what is new first, then what has settled, from the newest gap on, and then
 * what is to be compared again.
 */
export class SourceSync {
  readonly #kept: KeptSource;
  readonly #clock: Clock;
  readonly #failures: ArchiveFailures;
  readonly #choice: GapPauses;
  /** Monotonic. */
  #tailDueAt = -Infinity;
  #tailSoonAt = -Infinity;
  #wokenAt = -Infinity;
  #restDueAt = -Infinity;
  #tailFailure: Error | null = null;
  #restFailure: Error | null = null;

  constructor(kept: KeptSource, clock: Clock) {
    this.#kept = kept;
    this.#clock = clock;
    this.#failures = new ArchiveFailures(kept.archive, clock);
    this.#choice = new GapPauses(kept.archive, clock);
  }

  /** There is an event of the source, so there is something new. */
  wake(): void {
    this.#wokenAt = this.#clock.monotonic();
    this.#tailDueAt = Math.min(this.#tailDueAt, this.#tailSoonAt);
  }

  /**
   * Does what is due.
   *
   * @returns when there is more to do, and what fails of what is worth most, until that has been done; all else is done
   * @throws as `Round.attempt`
   */
  async run(lease: Lease, createBudget: CreateBudget): Promise<{ pauseMs: number; failure: Error | null }> {
    const clock = this.#clock;
    await this.#readTail(lease, createBudget);
    if (clock.monotonic() >= this.#restDueAt) await this.#readRest(lease, createBudget);
    return {
      pauseMs: Math.max(0, Math.min(this.#tailDueAt, this.#restDueAt) - clock.monotonic()),
      failure: this.#tailFailure ?? this.#restFailure,
    };
  }

  async #readTail(lease: Lease, createBudget: CreateBudget): Promise<void> {
    const clock = this.#clock;
    if (lease.signal.aborted || clock.monotonic() < this.#tailDueAt) return;
    this.#tailDueAt = Infinity;
    const round = this.#createRound(lease);
    let everyMs = RETRY_MS;
    try {
      await new Pass(TAIL, this.#kept, { clock, createBudget }).run(round);
      if (round.failure === null) everyMs = await this.#tailPauseMs();
    } finally {
      const now = clock.monotonic();
      this.#tailFailure = round.failure;
      // One that fails is not hurried.
      const pauseMs = round.failure === null ? TAIL_SOON_MS : RETRY_MS;
      this.#tailSoonAt = now + (round.hasMore ? 0 : pauseMs);
      const wasWoken = round.hasMore || this.#tailDueAt < Infinity;
      this.#tailDueAt = wasWoken ? this.#tailSoonAt : now + everyMs;
    }
  }

  /** Of what an event tells may be listed only later. */
  async #tailPauseMs(): Promise<number> {
    const quietMs = await quietSinceNewest(this.#kept.archive, latestNow(this.#clock));
    const wokenMs = this.#clock.monotonic() - this.#wokenAt;
    return tailPauseMs(Math.min(quietMs, wokenMs), this.#kept.isPushedTo);
  }

  async #readRest(lease: Lease, createBudget: CreateBudget): Promise<void> {
    const clock = this.#clock;
    const round = this.#createRound(lease, () => this.#readTail(lease, createBudget));
    for (const part of this.#partsOfRest(createBudget)) {
      if (round.hasMore || lease.signal.aborted) break;
      await part.run(round);
    }
    this.#restFailure = round.failure;
    const { hasMore } = round;
    const pauseMs = round.failure === null ? REST_EVERY_MS : RETRY_MS;
    this.#restDueAt = clock.monotonic() + (hasMore ? 0 : pauseMs);
    // Such as a gap that is none any more.
    const isOver = (job: string): boolean => job !== TAIL.job && !round.hasFailed(job);
    if (!hasMore && !lease.signal.aborted) await this.#failures.clearAll(isOver, lease);
  }

  /** What is too old goes first; then from the youngest messages on. What has settled becomes complete. */
  #partsOfRest(createBudget: CreateBudget): { run(round: Round): Promise<void> }[] {
    const surroundings = { clock: this.#clock, createBudget };
    const toPass = (age: Age): Pass => new Pass(age, this.#kept, surroundings);
    const { settleMs } = this.#kept;
    const since = oldestWanted(this.#kept, this.#clock);
    return [
      new Retention(this.#kept, this.#clock),
      ...AGAIN.filter(({ ageMs }) => ageMs < settleMs).map(toPass),
      new Backfill({ ...this.#kept, ...surroundings, since, choice: this.#choice }),
      ...AGAIN.filter(({ ageMs }) => ageMs >= settleMs).map(toPass),
    ];
  }

  #createRound(lease: Lease, beforePage?: () => Promise<void>): Round {
    const { archive } = this.#kept;
    const common = { archive, failures: this.#failures, clock: this.#clock, lease };
    return new Round(beforePage ? { ...common, beforePage } : common);
  }
}
