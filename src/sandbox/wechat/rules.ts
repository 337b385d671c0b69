export const MAX_WINDOW_SECONDS = 86_400;
const MAX_NUMBER = 10_000;

/** The body of getmsglist, once its fields have the right types. */
export interface Query {
  starttime: number;
  endtime: number;
  msgid: number;
  number: number;
}

/** @returns null unless every field is a whole number */
export function toQuery({ starttime, endtime, msgid, number }: Record<string, unknown>): Query | null {
  return isInteger(starttime) && isInteger(endtime) && isInteger(msgid) && isInteger(number)
    ? { starttime, endtime, msgid, number }
    : null;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/** @returns the rule that the query breaks */
export function problemOf({ starttime, endtime, msgid, number }: Query, nowMs: number): string | null {
  if (starttime > endtime) return 'starttime lies after endtime';
  if (endtime - starttime > MAX_WINDOW_SECONDS)
    return `a window of ${endtime - starttime} s is longer than 24 hours`;
  if (number < 1 || number > MAX_NUMBER) return `number ${number} is not between 1 and 10000`;
  if (msgid < 1) return `msgid ${msgid} is less than 1`;
  if (starttime * 1000 > nowMs) return 'the window lies in the future';
  return null;
}
