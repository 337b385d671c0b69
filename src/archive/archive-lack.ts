import { gapsWithin } from './coverage-gaps.ts';
import type { ArchiveState } from '../datasources/message-source.ts';
import type { TimeSpan } from '../store/store.ts';

/** Why figures of a span would not be complete. */
export interface ArchiveLack {
  /** The channel's name. */
  channel: string;
  /** The longest part of the span that is complete; null: no part of it is. */
  complete: TimeSpan | null;
  /** A part of it had expired at the provider before it could be kept, so it will never be complete. */
  hasExpired: boolean;
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
  { since, coverage, gaps, expired }: Pick<ArchiveState, 'since' | 'coverage' | 'gaps' | 'expired'>,
  span: TimeSpan,
): Omit<ArchiveLack, 'channel'> | null {
  const missing = gapsWithin(coverage, span);
  const hasExpired = meet(missing, expired);
  if (!hasExpired && !meet(missing, gaps) && !missing.some((part) => part.since < since)) return null;
  const [longest = null] = gapsWithin(missing, span).sort((a, b) => b.until - b.since - (a.until - a.since));
  return { complete: longest, hasExpired };
}

/** @returns the moment, or a later one, up to which what is kept is as complete as it can be; Infinity: no part lacks behind it */
export function completeUntil(
  { gaps, expired }: Pick<ArchiveState, 'gaps' | 'expired'>,
  moment: number,
): number {
  const behind = [...gaps, ...expired].filter(({ until }) => until > moment);
  return Math.min(Infinity, ...behind.map(({ since }) => Math.max(since, moment)));
}

function meet(some: readonly TimeSpan[], others: readonly TimeSpan[]): boolean {
  return some.some((one) => others.some((other) => one.since < other.until && other.since < one.until));
}
