import { LRUCache } from 'lru-cache';
import { z } from 'zod';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const OFFSET = /^([+-])(0\d|1[0-4]):([0-5]\d)$/;

/** An offset from UTC, or the name of an IANA time zone with all its daylight saving changes. */
export const timeZone = z
  .string()
  .refine(
    (zone) => OFFSET.test(zone) || (/^[a-z]/i.test(zone) && isKnown(zone)),
    'must be an offset from UTC such as "+08:00", or a time zone such as Asia/Shanghai',
  );

/**
 * The moment at which clocks of a zone show a local time. A local time that occurs twice, where clocks are set back,
 * is the later moment that is not after `notAfter`. A local time that never occurs, where they are set forward, is
 * read as if the clocks had not been changed yet.
 *
 * @param local such as `2026-10-31 16:25:42`
 * @param notAfter Unix ms
 * @returns Unix ms; null when it is not a time
 */
export function toInstant(local: string, zone: string, notAfter: number): number | null {
  const asUtc = Date.parse(`${local.replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc)) return null;
  // No zone changes its clocks twice within two days.
  const [before, after] = [offsetAt(asUtc - DAY_MS, zone), offsetAt(asUtc + DAY_MS, zone)];
  const moments = [...new Set([before, after])]
    .map((offset) => asUtc - offset)
    .filter((moment) => moment + offsetAt(moment, zone) === asUtc)
    .sort((a, b) => a - b);
  return moments.findLast((moment) => moment <= notAfter) ?? moments[0] ?? asUtc - before;
}

/** @returns the zone's offset from UTC at that moment, in ms */
export function offsetAt(unixMs: number, zone: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  const parts = formatterOf(zone).formatToParts(unixMs);
  const shown = new Map(parts.map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(unixMs / 1000) * 1000;
}

/** Creating one costs far more than using it. Callers name zones too, so only so many are kept. */
const formatters = new LRUCache<string, Intl.DateTimeFormat>({ max: 200 });

function formatterOf(zone: string): Intl.DateTimeFormat {
  const made = formatters.get(zone);
  if (made) return made;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, formatter);
  return formatter;
}

function isKnown(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
