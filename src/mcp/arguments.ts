import { z } from 'zod';

/** Arguments that several tools have. */

/** Listed as a string: the patterns of dates are long. */
const moment = z.string().pipe(
  z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'must be a date, or a time with its zone such as 2026-01-31T08:00:00Z',
    })
    .transform((text) => new Date(text).toISOString()),
);

export const timeRange = {
  since: moment.optional().describe('Inclusive: a date in UTC, or a time with its zone.'),
  until: moment.optional().describe('Exclusive: a date in UTC, or a time with its zone.'),
};

export const channels = z.array(z.string()).optional().describe('Names from list_channels. Default: all.');
export const channel = z.string().optional().describe('A name from list_channels. Default: all.');

export const archiveOnly = z
  .boolean()
  .default(false)
  .describe('Read only what archives keep, which is fast and calls no provider.');

export function toReadFrom(isArchiveOnly: boolean): 'ARCHIVE' | 'LIVE' {
  return isArchiveOnly ? 'ARCHIVE' : 'LIVE';
}

export const after = z
  .string()
  .optional()
  .describe('nextCursor of the page before; keep all other arguments the same.');

export function first(standard: number, max: number): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).max(max).default(standard).describe('How many, at most.');
}

export const timeZone = z
  .string()
  .optional()
  .describe('Of days and hours, as IANA names it, such as Asia/Shanghai. Default: UTC.');

export const maxTextLength = z
  .int()
  .min(50)
  .max(5_000)
  .default(500)
  .describe('How much of each text is shown, in characters.');

/** @returns what is selected by the times, null for all */
export function toSentAt(
  since: string | undefined,
  until: string | undefined,
): { gte: string | null; lt: string | null } {
  return { gte: since ?? null, lt: until ?? null };
}
