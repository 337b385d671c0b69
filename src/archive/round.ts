import { LostLeaseError } from '../errors/store-error.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { ArchivePage, KeptPage, Lease, MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { ArchiveFailures } from './archive-failure.ts';

export interface RoundOptions {
  archive: MessageArchive;
  failures: ArchiveFailures;
  clock: Clock;
  /** Ends it, between two pages, when it is lost. */
  lease: Lease;
  /** Done before each page, as it is worth more. Left out: nothing is. */
  beforePage?: () => Promise<void>;
}

/** No part takes longer: the next round begins with what has become worth more meanwhile. */
const PART_MS = 300_000;

/** One time that all there is to do for an archive is done. What fails keeps nothing else from being done. */
export class Round {
  readonly lease: Lease;
  readonly beforePage: () => Promise<void>;
  readonly #options: RoundOptions;
  /** By job. */
  readonly #failed = new Map<string, Error>();
  #hasMore = false;

  constructor(options: RoundOptions) {
    const { lease, beforePage = () => Promise.resolve() } = options;
    this.lease = lease;
    this.beforePage = beforePage;
    this.#options = options;
  }

  /** Whether a part has not come to its end for lack of time: another round is to follow at once. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** What has failed first. */
  get failure(): Error | null {
    const [first = null] = this.#failed.values();
    return first;
  }

  /** Whether this job has failed. */
  hasFailed(job: string): boolean {
    return this.#failed.has(job);
  }

  /**
   * Does a part of the round.
   *
   * @param work ends when `isOver` says so, asked after each page. @returns whether it has come to its end
   * @throws LostLeaseError, or what the store fails with: no other part can be done either
   */
  async attempt(job: string, work: (isOver: () => boolean) => Promise<boolean>): Promise<void> {
    const { clock, failures, lease } = this.#options;
    const endsAt = clock.monotonic() + PART_MS;
    try {
      const isDone = await work(() => lease.signal.aborted || clock.monotonic() >= endsAt);
      if (!isDone && !lease.signal.aborted) this.#hasMore = true;
    } catch (error) {
      if (lease.signal.aborted || error instanceof LostLeaseError || isStoreFailure(error)) throw error;
      this.#failed.set(job, error instanceof Error ? error : new Error(String(error)));
      // Where there was more than one budget could fetch, nothing has failed.
      if (!(error instanceof BudgetSpentError)) await failures.note(job, error, lease);
    }
  }

  /** Keeps a page of a job, which does not fail any more. @throws LostLeaseError */
  async keep(page: ArchivePage): Promise<KeptPage> {
    const { archive, failures, lease } = this.#options;
    const kept = await archive.keep(page, lease);
    if (page.progress) await failures.clear(page.progress.job, lease);
    return kept;
  }
}
