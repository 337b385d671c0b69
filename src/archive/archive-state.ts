import type { ArchiveState } from '../datasources/message-source.ts';
import type { MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import { readFailure } from './archive-failure.ts';
import { coveredByAll, gapsWithin } from './coverage-gaps.ts';

/** What is to be kept. */
export interface ArchiveGoal {
  /** Unix ms, inclusive: nothing older is wanted. */
  since: number;
  /** What is older than that is missing when it is not covered. */
  dueMs: number;
  /** Whether the words of texts are indexed. Default: true. */
  isSearchable?: boolean;
}

/** What is kept of a channel, from the archives of all its sources: covered is what is complete in each of them. */
export async function readArchiveState(
  archives: readonly MessageArchive[],
  { since, dueMs, isSearchable = true }: ArchiveGoal,
  clock: Clock,
): Promise<ArchiveState> {
  const parts = await Promise.all(
    archives.map(async (archive) => ({
      coverage: await archive.coverage(),
      messages: await archive.count(),
      failure: await readFailure(archive),
    })),
  );
  const coverage = coveredByAll(parts.map((part) => part.coverage));
  const [newest = null] = parts
    .flatMap(({ failure }) => failure ?? [])
    .sort((one, other) => other.since - one.since);
  return {
    since,
    coverage,
    gaps: gapsWithin(coverage, { since, until: earliestNow(clock) - dueMs }),
    isSearchable,
    messages: parts.reduce((sum, { messages }) => sum + messages, 0),
    failure: newest,
  };
}
