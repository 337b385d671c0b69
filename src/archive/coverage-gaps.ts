import type { TimeSpan } from '../store/store.ts';

/** The spans within another one of which nothing is covered, oldest first. @param coverage oldest first, apart */
export function gapsWithin(coverage: readonly TimeSpan[], { since, until }: TimeSpan): TimeSpan[] {
  const ends = [...coverage.map((span) => span.since), until];
  return ends
    .map((end, index) => ({
      since: Math.max(since, coverage[index - 1]?.until ?? since),
      until: Math.min(until, end),
    }))
    .filter(isSpan);
}

/** What is in one of the spans and in none of the others, oldest first. @param others oldest first, apart */
export function without(spans: readonly TimeSpan[], others: readonly TimeSpan[]): TimeSpan[] {
  return spans.flatMap((span) => gapsWithin(others, span));
}

/** The same moments as spans that are apart, oldest first. */
export function joined(spans: readonly TimeSpan[]): TimeSpan[] {
  return spans
    .filter(isSpan)
    .sort((one, other) => one.since - other.since)
    .reduce<TimeSpan[]>((apart, span) => {
      const last = apart.at(-1);
      if (!last || span.since > last.until) return [...apart, span];
      return [...apart.slice(0, -1), { since: last.since, until: Math.max(last.until, span.until) }];
    }, []);
}

/** What all of them cover, oldest first. @param coverages each oldest first and apart */
export function coveredByAll(coverages: readonly (readonly TimeSpan[])[]): TimeSpan[] {
  const [first = [], ...others] = coverages;
  return others.reduce<TimeSpan[]>(
    (covered, other) => covered.flatMap((span) => other.map((part) => common(span, part)).filter(isSpan)),
    [...first],
  );
}

function common(one: TimeSpan, other: TimeSpan): TimeSpan {
  return { since: Math.max(one.since, other.since), until: Math.min(one.until, other.until) };
}

function isSpan({ since, until }: TimeSpan): boolean {
  return since < until;
}
