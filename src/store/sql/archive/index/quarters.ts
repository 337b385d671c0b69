import type { TimeSpan } from '../../../ports/message-archive.ts';
import { QUARTER_MS } from '../fold.ts';

/** A span as it is counted: whole quarters of an hour, and what is left of it at its ends. */
export interface SpanParts {
  /** In quarters since 1970; the end is excluded. It may be empty. */
  quarters: TimeSpan;
  /** In Unix ms; none is empty. */
  ends: TimeSpan[];
}

/** @param span in whole numbers */
export function splitSpan(span: TimeSpan): SpanParts {
  const quarters = {
    since: Math.ceil(span.since / QUARTER_MS),
    until: Math.floor(span.until / QUARTER_MS),
  };
  // Both ends are in one quarter.
  if (quarters.since > quarters.until) return { quarters: { since: 0, until: 0 }, ends: [span] };
  const ends = [
    { since: span.since, until: quarters.since * QUARTER_MS },
    { since: quarters.until * QUARTER_MS, until: span.until },
  ];
  return { quarters, ends: ends.filter(({ since, until }) => since < until) };
}
