import type { Clock } from './clock.ts';

/**
 * The current time on a machine whose clock may be set while the process runs. The process cannot tell whether it was
 * right before or after, so there are two answers: the wall time, and what it would be without the jump. Between
 * jumps the two are equal. An hour after a jump they become equal again: the clock was corrected, or the machine was
 * suspended, during which the monotonic clock stands still.
 */
interface Present {
  /** For what must not be missed: the newest time that messages may have. */
  latest: number;
  /** For what must not be pruned or trusted too early. */
  earliest: number;
  /** Whether the clock has run for an hour without a jump. */
  isSettled: boolean;
}

interface Course {
  /** What to add to the monotonic time, as of the last trusted reading. */
  offset: number;
  /** The same by the wall clock since its last jump, which was seen at `since`, monotonic. */
  latestOffset: number;
  since: number;
}

const courses = new WeakMap<Clock, Course>();

const SETTLED_MS = 3_600_000;
/** Both times are rounded down, at slightly different moments. */
const ROUNDING_MS = 2;
/** A busy machine may pause between reading one clock and the other: a difference this small is not a jump. */
const JUMP_MS = 1_000;

function presentOf(clock: Clock): Present {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  const offset = wall - monotonic;
  const course = courses.get(clock) ?? { offset, latestOffset: offset, since: monotonic };
  courses.set(clock, course);
  if (Math.abs(offset - course.latestOffset) > JUMP_MS) {
    course.latestOffset = offset;
    course.since = monotonic;
  }
  const isSettled = monotonic - course.since >= SETTLED_MS;
  if (isSettled) {
    course.offset = offset;
    course.latestOffset = offset;
  }
  const steady = Math.floor(course.offset + monotonic);
  return Math.abs(wall - steady) <= ROUNDING_MS
    ? { latest: wall, earliest: wall, isSettled }
    : { latest: Math.max(wall, steady), earliest: Math.min(wall, steady), isSettled };
}

/** Unix ms: the latest that it may be now. It does not go back at once when the clock is set back. */
export function latestNow(clock: Clock): number {
  return presentOf(clock).latest;
}

/** Unix ms: the earliest that it may be now. It does not jump at once when the clock is set forward. */
export function earliestNow(clock: Clock): number {
  return presentOf(clock).earliest;
}

/** Whether the clock may be trusted: it has run for an hour without a jump, as long as this process has seen it. */
export function isSettled(clock: Clock): boolean {
  return presentOf(clock).isSettled;
}
