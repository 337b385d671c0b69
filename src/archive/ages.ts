/** When a source is read, counted from when its messages were sent. */
export interface Age {
  /** Names its mark. */
  job: string;
  ageMs: number;
  /** It is not read for less than that. */
  everyMs: number;
  /** Nor for less than that while nothing is kept of it. */
  idleMs: number;
  /** How much is read again that the last pass of this age has read. */
  overlapMs: number;
  /** Whether what is not listed then was taken away. */
  isSure: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What has just been sent, of which some is listed minutes later, and not in its place yet. */
export const TAIL: Age = {
  job: 'tail',
  ageMs: 0,
  everyMs: 0,
  idleMs: 0,
  overlapMs: 2 * MINUTE_MS,
  isSure: false,
};

/** What is kept is compared again. */
export const VERIFIED: Age = again('again after 7 days', 7 * DAY_MS, 6 * HOUR_MS);

/** From the youngest on: records have been listed 80 minutes after they were sent. */
export const AGAIN: readonly Age[] = [
  again('again after 2 hours', 2 * HOUR_MS, 15 * MINUTE_MS, HOUR_MS),
  VERIFIED,
  again('again after 30 days', 30 * DAY_MS, DAY_MS),
];

function again(job: string, ageMs: number, everyMs: number, idleMs = everyMs): Age {
  return { job, ageMs, everyMs, idleMs, overlapMs: 0, isSure: true };
}
