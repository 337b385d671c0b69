import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import type { ArchiveSettings } from './kept-source.ts';

const DAY_MS = 86_400_000;

/**
 * Unix ms, inclusive: nothing older is to be kept. With a retention it moves on once a day, at midnight in UTC, so that what
 * is complete does not lose a moment with each moment.
 */
export function oldestWanted(
  { since, retentionDays }: Pick<ArchiveSettings, 'since' | 'retentionDays'>,
  clock: Clock,
): number {
  if (retentionDays === undefined) return since;
  const today = Math.floor(earliestNow(clock) / DAY_MS);
  return Math.max(since, (today - retentionDays) * DAY_MS);
}
