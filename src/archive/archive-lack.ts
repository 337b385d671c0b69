import { gapsWithin } from './coverage-gaps.ts';
import type { ArchiveState } from '../datasources/message-source.ts';
import type { TimeSpan } from '../store/store.ts';

/** Why figures of a span would not be complete. */
export interface ArchiveLack {
  /** The channel's name. */
  channel: string;
  /** The longest part of the span that is complete; null: no part of it is. */
  complete: TimeSpan | null;
}

/** Whether all of a span is complete. */
export function isComplete({ coverage }: Pick<ArchiveState, 'coverage'>, span: TimeSpan): boolean {
  return gapsWithin(coverage, span).length === 0;
}

/**
 * Whether a span has a part that should be complete and is not. What has not settled yet is none: what is kept of it is all that
 * there can be.
 *
 * @returns the longest part of the span that is complete
 */
export function lacksPart(
  { since, coverage, gaps }: Pick<ArchiveState, 'since' | 'coverage' | 'gaps'>,
  span: TimeSpan,
): Pick<ArchiveLack, 'complete'> | null {
  const missing = gapsWithin(coverage, span);
  const isLacking = missing.some(
    (part) => part.since < since || gaps.some((gap) => gap.since < part.until && part.since < gap.until),
  );
  if (!isLacking) return null;
  const [longest = null] = gapsWithin(missing, span).sort((a, b) => b.until - b.since - (a.until - a.since));
  return { complete: longest };
}
