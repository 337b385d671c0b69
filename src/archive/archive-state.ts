import type { ArchiveState } from '../datasources/message-source.ts';
import type { MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import { readFailure } from './archive-failure.ts';
import { coveredByAll, gapsWithin } from './coverage-gaps.ts';
import type { ArchiveSettings } from './kept-source.ts';

/** What is kept of a channel, from the archives of all its sources: covered is what is complete in each of them. */
export async function readArchiveState(
  archives: readonly MessageArchive[],
  { since, settleMs }: ArchiveSettings,
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
    gaps: gapsWithin(coverage, { since, until: earliestNow(clock) - settleMs }),
    messages: parts.reduce((sum, { messages }) => sum + messages, 0),
    failure: newest,
  };
}
