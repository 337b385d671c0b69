import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { countAtMost, isZoneName, localSpans, type LocalUnit } from '../../src/util/local-time.ts';
import { runs } from '../support/runs.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const QUARTER_MS = HOUR_MS / 4;
const at = (time: string): number => Date.parse(time);

const rest = (): Promise<void> => Promise.resolve();

async function labelsOf(
  since: string,
  until: string,
  unit: LocalUnit,
  zone: string,
): Promise<[string, string][]> {
  const { spans } = await localSpans({ since: at(since), until: at(until) }, unit, zone, rest);
  return spans.map((span) => [span.label, new Date(span.since).toISOString().slice(0, 16)]);
}

test('days and hours of UTC have plain names', async () => {
  expect(await labelsOf('2026-02-28T12:00Z', '2026-03-01T00:01Z', 'DAY', 'UTC')).toEqual([
    ['2026-02-28', '2026-02-28T00:00'],
    ['2026-03-01', '2026-03-01T00:00'],
  ]);
  expect(await labelsOf('2026-02-28T22:59:59.999Z', '2026-03-01T00:00Z', 'HOUR', 'UTC')).toEqual([
    ['2026-02-28T22', '2026-02-28T22:00'],
    ['2026-02-28T23', '2026-02-28T23:00'],
  ]);
});

test('a day is as long as its clocks make it', async () => {
  const lengths = async (since: string, until: string, zone: string): Promise<number[]> => {
    const { spans, end } = await localSpans({ since: at(since), until: at(until) }, 'DAY', zone, rest);
    return spans.map((span, index) => ((spans[index + 1]?.since ?? end) - span.since) / HOUR_MS);
  };
  expect(await lengths('2026-03-28T12:00Z', '2026-03-30T12:00Z', 'Europe/Berlin')).toEqual([24, 23, 24]);
  expect(await lengths('2026-10-24T12:00Z', '2026-10-26T12:00Z', 'Europe/Berlin')).toEqual([24, 25, 24]);
  expect(await lengths('2026-04-03T22:00Z', '2026-04-05T22:00Z', 'Australia/Lord_Howe')).toEqual([
    24, 24.5, 24,
  ]);
});

test('an hour that comes twice is two, each with its offset, wherever the span begins', async () => {
  const expected = [
    ['2026-10-25T01', '2026-10-24T23:00'],
    ['2026-10-25T02+02:00', '2026-10-25T00:00'],
    ['2026-10-25T02+01:00', '2026-10-25T01:00'],
    ['2026-10-25T03', '2026-10-25T02:00'],
  ];
  expect(await labelsOf('2026-10-24T23:00Z', '2026-10-25T03:00Z', 'HOUR', 'Europe/Berlin')).toEqual(expected);
  expect(await labelsOf('2026-10-25T01:30Z', '2026-10-25T01:31Z', 'HOUR', 'europe/berlin')).toEqual([
    expected[2],
  ]);
});

test('clocks that are set back by half an hour make an hour of half the length', async () => {
  expect(await labelsOf('2026-04-04T14:00Z', '2026-04-04T16:00Z', 'HOUR', 'Australia/Lord_Howe')).toEqual([
    ['2026-04-05T01+11:00', '2026-04-04T14:00'],
    ['2026-04-05T01+10:30', '2026-04-04T15:00'],
    ['2026-04-05T02', '2026-04-04T15:30'],
  ]);
});

test('a date that a zone left out is no day', async () => {
  expect(await labelsOf('2011-12-29T12:00Z', '2011-12-31T12:00Z', 'DAY', 'Pacific/Apia')).toEqual([
    ['2011-12-29', '2011-12-29T10:00'],
    ['2011-12-31', '2011-12-30T10:00'],
    ['2012-01-01', '2011-12-31T10:00'],
  ]);
});

test('an empty span has none', async () => {
  const moment = at('2026-03-01T00:00Z');
  const { spans } = await localSpans({ since: moment, until: moment }, 'DAY', 'UTC', rest);
  expect(spans).toEqual([]);
});

test.each(['Nowhere/Land', '+08:00', '', 'UTC\n'])('%j is no name of a zone', (zone) => {
  expect(isZoneName(zone)).toBe(false);
});

/** What the clocks show, by Intl alone. */
function dateAndHour(moment: number, zone: string): [date: string, hour: string] {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(moment);
  return [text.slice(0, 10), text.slice(11, 13)];
}

test('in any zone and year, each moment lies in the day and hour that its clocks show', async () => {
  const zones = Intl.supportedValuesOf('timeZone');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.integer({ min: at('2012-01-01T00:00Z'), max: at('2027-12-01T00:00Z') }),
      fc.integer({ min: 1, max: 40 * DAY_MS }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 4, maxLength: 4 }),
      async (zone, since, length, places) => {
        const span = { since, until: since + length };
        for (const unit of ['DAY', 'HOUR'] as const) {
          const { spans, end } = await localSpans(span, unit, zone, rest);
          const edges = [...spans.map((each) => each.since), end];
          expect(edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? edge))).toBe(true);
          expect(edges.filter((edge) => edge % QUARTER_MS !== 0)).toEqual([]);
          expect(edges[0]).toBeLessThanOrEqual(since);
          expect(end).toBeGreaterThanOrEqual(span.until);
          expect(spans.length).toBeLessThanOrEqual(countAtMost(span, unit));
          expect(new Set(spans.map(({ label }) => label)).size).toBe(spans.length);
          for (const place of places) {
            const moment = Math.floor(since + place * length);
            const [date, hour] = dateAndHour(moment, zone);
            const own = spans.findLast((each) => each.since <= moment);
            expect(own?.label.slice(0, unit === 'DAY' ? 10 : 13)).toBe(
              unit === 'DAY' ? date : `${date}T${hour}`,
            );
          }
        }
      },
    ),
    { numRuns: runs(150) },
  );
});

test('changes of clocks are found once for each zone, whatever others are asked for, a year at a time', async () => {
  const formatToParts = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
  try {
    const span = { since: 0, until: at('2026-03-01T00:00Z') };
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 40);
    let mostAtOnce = 0;
    const watch = (): Promise<void> => {
      mostAtOnce = Math.max(mostAtOnce, formatToParts.mock.calls.length);
      formatToParts.mockClear();
      return Promise.resolve();
    };
    for (const zone of zones) await localSpans(span, 'DAY', zone, watch);
    // A year.
    expect(mostAtOnce).toBeLessThan(150);
    formatToParts.mockClear();
    for (const zone of zones) await localSpans(span, 'DAY', zone, rest);
    expect(formatToParts).not.toHaveBeenCalled();
  } finally {
    formatToParts.mockRestore();
  }
});
