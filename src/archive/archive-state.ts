import type { ArchiveState } from '../datasources/message-source.ts';
import type { MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { earliestNow, latestNow } from '../util/present.ts';
import { TAIL, VERIFIED, type Age } from './ages.ts';
import { readFailure } from './archive-failure.ts';
import { parseMark } from './mark.ts';
import { readExpired } from './expired.ts';
import { oldestWanted } from './oldest-wanted.ts';
import { coveredByAll, gapsWithin, joined, without } from './coverage-gaps.ts';

/** What is to be kept. */
export interface ArchiveGoal {
  /** Unix ms, inclusive: nothing older is wanted. */
  since: number;
  /** As `ArchiveSettings.retentionDays`. */
  retentionDays?: number | undefined;
  /** What is older than that is missing when it is not covered. */
  dueMs: number;
  /** Whether the words of texts are indexed. Default: true. */
  isSearchable?: boolean;
}

/** What is kept of a channel, from the archives of all its sources: covered is what is complete in each of them. */
export async function readArchiveState(
  archives: readonly MessageArchive[],
  { dueMs, isSearchable = true, ...goal }: ArchiveGoal,
  clock: Clock,
): Promise<ArchiveState> {
  const since = oldestWanted(goal, clock);
  const parts = await Promise.all(
    archives.map(async (archive) => ({
      covered: await archive.coverage(),
      expired: await readExpired(archive),
      messages: await archive.count(),
      failure: await readFailure(archive),
      caughtUpAt: await markOf(archive, TAIL),
      verifiedUntil: await markOf(archive, VERIFIED),
    })),
  );
  const [newest = null] = parts
    .flatMap(({ failure }) => failure ?? [])
    .sort((one, other) => other.since - one.since);
  const caughtUpAt = earliest(parts.map((part) => part.caughtUpAt));
  return {
    since,
    retentionDays: goal.retentionDays ?? null,
    coverage: coveredByAll(parts.map(({ covered, expired }) => without(covered, expired))),
    gaps: gapsWithin(coveredByAll(parts.map(({ covered }) => covered)), {
      since,
      until: earliestNow(clock) - dueMs,
    }),
    expired: joined(parts.flatMap(({ expired }) => expired)),
    isSearchable,
    messages: parts.reduce((sum, { messages }) => sum + messages, 0),
    caughtUpAt,
    lagSeconds: caughtUpAt === null ? null : Math.max(0, latestNow(clock) - caughtUpAt) / 1000,
    verifiedUntil: earliest(parts.map(({ verifiedUntil }) => verifiedUntil)),
    failure: newest,
  };
}

async function markOf(archive: MessageArchive, { job }: Age): Promise<number | null> {
  return parseMark(await archive.progress(job))?.until ?? null;
}

/** @returns null when one of them is, or there is none */
function earliest(moments: readonly (number | null)[]): number | null {
  const [first = null] = moments;
  return moments.reduce((a, b) => (a === null || b === null ? null : Math.min(a, b)), first);
}
