import type { TimeSpan } from '../store/store.ts';

/** The newest span within another one of which nothing is covered; null: all is. @param coverage oldest first, apart */
export function newestGap(coverage: readonly TimeSpan[], within: TimeSpan): TimeSpan | null {
  let { until } = within;
  for (const span of coverage.toReversed()) {
    if (span.until < until) {
      const since = Math.max(span.until, within.since);
      return since < until ? { since, until } : null;
    }
    until = Math.min(until, span.since);
  }
  return within.since < until ? { since: within.since, until } : null;
}
