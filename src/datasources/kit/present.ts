import type { Clock } from './clock.ts';

/**
 * What time it is, asked of a machine whose clock may be set while the process runs. Nobody can tell whether it was
 * right before or after. So there are two answers: the wall time, and what it would be if it had not been set since the
 * process began. Between jumps they are the same.
 */
interface Present {
  /** For what must not be missed: the newest moment that messages may have. */
  latest: number;
  /** For what must not be forgotten or believed too soon. */
  earliest: number;
}

/** What to add to the monotonic time, by the first look at each clock. */
const offsets = new WeakMap<Clock, number>();

function presentOf(clock: Clock): Present {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  const offset = offsets.get(clock) ?? wall - monotonic;
  offsets.set(clock, offset);
  const steady = Math.floor(offset + monotonic);
  // Both are rounded down, at slightly different moments.
  return Math.abs(wall - steady) <= ROUNDING_MS
    ? { latest: wall, earliest: wall }
    : { latest: Math.max(wall, steady), earliest: Math.min(wall, steady) };
}

const ROUNDING_MS = 2;

/** Unix ms: the latest that it may be now. It does not go back when the clock is set back. */
export function latestNow(clock: Clock): number {
  return presentOf(clock).latest;
}

/** Unix ms: the earliest that it may be now. It does not leap when the clock is set forward. */
export function earliestNow(clock: Clock): number {
  return presentOf(clock).earliest;
}
