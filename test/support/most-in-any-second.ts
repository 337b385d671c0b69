/** @param times in milliseconds, in any order */
export function mostInAnySecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let [first, most] = [0, 0];
  for (const [index, time] of sorted.entries()) {
    while ((sorted[first] ?? time) <= time - 1_000) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
