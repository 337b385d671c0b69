/** Timers and clocks disagree by a millisecond or so. */
const TOLERANCE_MS = 2;

/**
 * The most calls of which each began only after the one before was answered.
 *
 * @param arrivals Unix ms, of calls that were each answered after the same delay
 */
export function longestChain(arrivals: readonly number[], delayMs: number): number {
  let length = 0;
  let answeredAt = -Infinity;
  for (const arrival of arrivals.toSorted((a, b) => a - b)) {
    if (arrival < answeredAt - TOLERANCE_MS) continue;
    length++;
    answeredAt = arrival + delayMs;
  }
  return length;
}
