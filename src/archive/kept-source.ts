import type { CallBudget, MessageSource } from '../datasources/message-source.ts';
import { LostLeaseError } from '../errors/store-error.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { Lease, MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { keepFailure } from './archive-failure.ts';
import { Backfill } from './backfill.ts';

/** What is kept of a channel, and when. */
export interface ArchiveSettings {
  /** Unix ms, inclusive: nothing older is kept. */
  since: number;
  /** Messages come, and change, until so long after they were sent. */
  settleMs: number;
}

/** A source whose history is kept. */
export interface KeptSource extends ArchiveSettings {
  /** Of the archive, as for `ProviderStores.messageArchive`. */
  name: string;
  /** The provider's own. */
  source: MessageSource;
  archive: MessageArchive;
}

/**
 * Keeps what has settled of a source and is not kept yet, and how that ended.
 *
 * @param createBudget a fresh one for each page
 * @throws as `Backfill.run`
 */
export async function fillArchive(
  kept: KeptSource,
  lease: Lease,
  { clock, createBudget }: { clock: Clock; createBudget: () => CallBudget },
): Promise<void> {
  try {
    await new Backfill({ ...kept, clock, createBudget }).run(lease);
  } catch (error) {
    if (isFailure(error, lease)) await keepFailure(kept.archive, error, clock.now(), lease);
    throw error;
  }
  if (!lease.signal.aborted) await keepFailure(kept.archive, null, clock.now(), lease);
}

/** Not that it was interrupted, nor what a failing store could not keep anyway. */
function isFailure(error: unknown, lease: Lease): boolean {
  if (lease.signal.aborted || error instanceof BudgetSpentError || error instanceof LostLeaseError)
    return false;
  return !isStoreFailure(error);
}
