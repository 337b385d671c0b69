import type { TimeSpan } from '../store/store.ts';

/** A part of time of which all messages are on one side. */
export interface Stretch {
  side: 'ARCHIVE' | 'PROVIDER';
  /** Unix ms, both inclusive; infinite where nothing is covered beyond. */
  oldest: number;
  newest: number;
}

/** @param coverage oldest first. @param moment Unix ms */
export function stretchAt(moment: number, coverage: readonly TimeSpan[]): Stretch {
  let oldest = -Infinity;
  for (const { since, until } of coverage) {
    if (moment < since) return { side: 'PROVIDER', oldest, newest: since - 1 };
    if (moment < until) return { side: 'ARCHIVE', oldest: since, newest: until - 1 };
    oldest = until;
  }
  return { side: 'PROVIDER', oldest, newest: Infinity };
}

/** Whether all of the span is covered. */
export function isCovered({ since, until }: TimeSpan, coverage: readonly TimeSpan[]): boolean {
  return since >= until || coverage.some((span) => span.since <= since && until <= span.until);
}
