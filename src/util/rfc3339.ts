const DAY_MS = 86_400_000;
/** Of the times of ECMAScript, on either side of 1970. */
const MAX_TIME = 8_640_000_000_000_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(3, '0'));

/** The day of the last time: those of a page are mostly of one. */
const last = { start: NaN, date: '' };

/**
 * As `Date.prototype.toISOString`, which takes several times as long.
 *
 * @param time Unix ms
 * @throws RangeError when it is not a time
 */
export function toRfc3339(time: number): string {
  const whole = Math.trunc(time);
  if (!(Math.abs(whole) <= MAX_TIME)) throw new RangeError(`${time} is not a time`);
  const start = Math.floor(whole / DAY_MS) * DAY_MS;
  if (start !== last.start) {
    last.date = new Date(start).toISOString().split('T', 1)[0] ?? '';
    last.start = start;
  }
  const milliseconds = whole - start;
  const seconds = Math.floor(milliseconds / 1_000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
  return `${last.date}T${clock}.${THREE_DIGITS[milliseconds % 1_000]}Z`;
}
