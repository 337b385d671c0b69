import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeZone, toInstant } from '../../src/util/time-zone.ts';

const LATER = Date.UTC(2100, 0);

function read(local: string, zone: string, notAfter = LATER): string | null {
  const instant = toInstant(local, zone, notAfter);
  return instant === null ? null : new Date(instant).toISOString();
}

test.each(['+08:00', '-03:30', 'Asia/Shanghai', 'America/New_York', 'UTC', 'Etc/GMT+5'])(
  'is a time zone: %s',
  (zone) => {
    expect(timeZone.safeParse(zone).success).toBe(true);
  },
);

test.each(['', '+8', '+0800', '+15:00', '08:00', 'Asia/Nowhere', ' UTC', '../etc'])(
  'is no time zone: %s',
  (zone) => {
    expect(timeZone.safeParse(zone).error?.issues.map(({ message }) => message)).toEqual([
      'must be an offset from UTC such as "+08:00", or a time zone such as Asia/Shanghai',
    ]);
  },
);

describe('a local time', () => {
  test.each([
    ['2022-10-31 16:25:42', '+08:00', '2022-10-31T08:25:42.000Z'],
    ['2022-10-31 16:25:42', 'Asia/Shanghai', '2022-10-31T08:25:42.000Z'],
    ['2026-01-15 12:00:00', 'America/New_York', '2026-01-15T17:00:00.000Z'],
    ['2026-07-15 12:00:00', 'America/New_York', '2026-07-15T16:00:00.000Z'],
    ['2026-07-15 00:00:00', 'Asia/Kathmandu', '2026-07-14T18:15:00.000Z'],
    // The second before the clocks are set, and the first after.
    ['2026-03-08 01:59:59', 'America/New_York', '2026-03-08T06:59:59.000Z'],
    ['2026-03-08 03:00:00', 'America/New_York', '2026-03-08T07:00:00.000Z'],
    ['2026-11-01 00:59:59', 'America/New_York', '2026-11-01T04:59:59.000Z'],
    ['2026-11-01 02:00:00', 'America/New_York', '2026-11-01T07:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, expected) => {
    expect(read(local, zone)).toBe(expected);
  });

  test('that never comes is read as if the clocks had not been set yet', () => {
    expect(read('2026-03-08 02:30:00', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    // By half an hour.
    expect(read('2026-10-04 02:15:00', 'Australia/Lord_Howe')).toBe('2026-10-03T15:45:00.000Z');
  });

  test('that comes twice is the later moment that has been, and the earlier one before both', () => {
    const [first, second] = ['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z'];
    const readAt = (now: string): string | null =>
      read('2026-11-01 01:30:00', 'America/New_York', Date.parse(now));
    expect(readAt('2026-11-01T05:30:05Z')).toBe(first);
    expect(readAt(second)).toBe(second);
    expect(readAt('2026-11-01T12:00:00Z')).toBe(second);
    expect(readAt('2026-11-01T05:00:00Z')).toBe(first);
  });

  test('that is none has no moment', () => {
    expect(read('2026-13-01 00:00:00', 'UTC')).toBeNull();
    expect(read('2026-11-01 24:61:00', 'Asia/Shanghai')).toBeNull();
  });

  test('read back from what a zone shows is the same moment, whatever the zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2040, 0) / 1000 }),
        fc.constantFrom(
          'America/New_York',
          'Europe/Berlin',
          'Asia/Shanghai',
          'America/St_Johns',
          'Pacific/Apia',
        ),
        (second, zone) => {
          const moment = second * 1000;
          const local = new Date(moment).toLocaleString('sv-SE', { timeZone: zone });
          expect(toInstant(local, zone, moment)).toBe(moment);
        },
      ),
      { numRuns: 300 },
    );
  });
});
