/** A call that the provider got. */
export interface Arrival {
  /** Null: the gateway itself. */
  caller: string | null;
  /** Unix ms. */
  at: number;
}

/**
 * All calls of all callers wait from the beginning. So by the law, no caller is passed more than once by each other one
 * between two of its calls, and the gateway's own calls come last. Calls that leave two processes at about the same time
 * may arrive in another order.
 *
 * @returns the least time for which this holds if calls that arrive within it are swapped
 */
export function leastToleranceMs(arrivals: readonly Arrival[]): number {
  const times = new Map<string, number[]>();
  const own: number[] = [];
  for (const { caller, at } of arrivals) {
    if (caller === null) own.push(at);
    else times.set(caller, [...(times.get(caller) ?? []), at]);
  }
  const last = Math.max(...[...times.values()].flat());
  let least = Math.max(0, ...own.map((at) => last - at));
  for (const [one, its] of times) {
    for (const [other, theirs] of times) if (one !== other) least = Math.max(least, leastOf(its, theirs));
  }
  return least;
}

/**
 * In any span of time that ends while calls of the one wait, the other has at most one call more than the one has in that
 * span: widened by the result at both ends, unless it ends so soon before the last call of the one.
 */
function leastOf(its: readonly number[], theirs: readonly number[]): number {
  const last = its.at(-1) ?? 0;
  let least = 0;
  for (const [from, begin] of theirs.entries()) {
    const distances = its.map((at) => begin - at);
    for (const [to, end] of theirs.entries()) {
      if (to <= from || end > last) continue;
      // So many of its own calls belong between.
      const due = to - from;
      const spare = distances
        .map((before) => Math.max(0, before, begin - before - end))
        .sort((a, b) => a - b)[due - 1];
      least = Math.max(least, Math.min(spare ?? Infinity, last - end));
    }
  }
  return least;
}
