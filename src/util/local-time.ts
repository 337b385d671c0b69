import { LRUCache } from 'lru-cache';
import { offsetAt, timeZone } from './time-zone.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone has changed its clocks, and changed them back, in less. */
const STEP_MS = 4 * DAY_MS;
/** More than any day has. */
const MARGIN_MS = 2 * DAY_MS;
const UNITS = { DAY: DAY_MS, HOUR: HOUR_MS } as const;

export type LocalUnit = keyof typeof UNITS;

/** A day or an hour by the clocks of a zone: from `since` until the next one begins. */
export interface LocalSpan {
  /** Unix ms, a multiple of 15 minutes. */
  since: number;
  /** `2026-03-01`, or `2026-03-01T08`; an hour that comes twice, as clocks are set back, has its offset behind it. */
  label: string;
}

/** A part of time in which the clocks of a zone have one offset from UTC. */
interface Season {
  /** Unix ms, a multiple of 15 minutes. */
  since: number;
  /** Ms. */
  offset: number;
}

/** By zone and year: a few numbers each, which take hundreds of calls to find. There are about 600 names of zones. */
const zones = new LRUCache<string, Map<number, readonly Season[]>>({ max: 1_000 });
/** Days or hours that are made within a few milliseconds. */
const AT_ONCE = 2_000;

/** @returns whether it is the name of an IANA time zone */
export function isZoneName(zone: string): boolean {
  return /^[a-z]/i.test(zone) && timeZone.safeParse(zone).success;
}

/** How many days or hours a span has at most, whatever the zone. @param span Unix ms */
export function countAtMost({ since, until }: { since: number; until: number }, unit: LocalUnit): number {
  // Where clocks are changed there is one more.
  return Math.ceil((until - since) / UNITS[unit]) + 2;
}

/**
 * The days or hours by the clocks of a zone that have a part in a span, oldest first, each up to the next one. The last one is
 * followed by `end`. A day begins at the first moment of its date, an hour again whenever its offset changes. What begins within 15
 * minutes begins with them: no zone of today needs more.
 *
 * @param span Unix ms, `until` excluded; not before 1970
 * @param zone as `isZoneName` has it
 * @param rest called every few milliseconds of work
 */
export async function localSpans(
  { since, until }: { since: number; until: number },
  unit: LocalUnit,
  zone: string,
  rest: () => Promise<void>,
): Promise<{ spans: LocalSpan[]; end: number }> {
  // The first one begins earlier, and the names of hours depend on those around them.
  const from = floorTo(since, QUARTER_MS) - MARGIN_MS;
  const to = floorTo(until, QUARTER_MS) + MARGIN_MS;
  const seasons = await seasonsIn(from, to, zone, rest);
  const pieces: Piece[] = [];
  const times = new Map<number, number>();
  for (const piece of piecesIn(from, to, UNITS[unit], seasons)) {
    pieces.push(piece);
    times.set(piece.local, (times.get(piece.local) ?? 0) + 1);
    if (pieces.length % AT_ONCE === 0) await rest();
  }
  const toSpans = unit === 'DAY' ? daysOf(pieces) : hoursOf(pieces, times);
  const all: LocalSpan[] = [];
  for (const span of toSpans) {
    all.push(span);
    if (all.length % AT_ONCE === 0) await rest();
  }
  const first = all.findLastIndex((span) => span.since <= since);
  const behind = all.findIndex((span) => span.since >= until);
  return { spans: since < until ? all.slice(first, behind) : [], end: all[behind]?.since ?? to };
}

/** A part of a day or an hour. */
interface Piece {
  /** Unix ms. */
  since: number;
  /** When its day or hour began, as if its clocks showed UTC. */
  local: number;
  offset: number;
}

function* daysOf(pieces: readonly Piece[]): Generator<LocalSpan> {
  let latest = -Infinity;
  for (const { since, local } of pieces) {
    // Clocks that are set back over midnight show a date again: it has begun already.
    if (local <= latest) continue;
    latest = local;
    yield { since, label: new Date(local).toISOString().slice(0, 10) };
  }
}

/** @param times how often each hour comes, by its `local` */
function* hoursOf(pieces: readonly Piece[], times: ReadonlyMap<number, number>): Generator<LocalSpan> {
  for (const { since, local, offset } of pieces) {
    const hour = new Date(local).toISOString().slice(0, 13);
    yield { since, label: times.get(local) === 1 ? hour : `${hour}${toOffsetText(offset)}` };
  }
}

/** Parts of one unit and one offset, oldest first. */
function* piecesIn(from: number, to: number, unitMs: number, seasons: readonly Season[]): Generator<Piece> {
  for (const [index, { since: begin, offset }] of seasons.entries()) {
    const end = Math.min(to, seasons[index + 1]?.since ?? to);
    for (let since = Math.max(from, begin); since < end;) {
      const local = floorTo(since + offset, unitMs);
      yield { since, local, offset };
      // Offsets of the past that are no multiples of 15 minutes end in the quarter.
      since = Math.ceil((local + unitMs - offset) / QUARTER_MS) * QUARTER_MS;
    }
  }
}

async function seasonsIn(
  from: number,
  to: number,
  zone: string,
  rest: () => Promise<void>,
): Promise<Season[]> {
  const name = zone.toLowerCase();
  const years = zones.get(name) ?? new Map<number, readonly Season[]>();
  zones.set(name, years);
  const found: Season[] = [];
  for (let year = yearOf(from); year <= yearOf(to); year++) {
    const known = years.get(year) ?? findSeasons(year, zone);
    if (!years.has(year)) await rest();
    years.set(year, known);
    for (const season of known) if (season.offset !== found.at(-1)?.offset) found.push(season);
  }
  return found;
}

function findSeasons(year: number, zone: string): Season[] {
  const end = Date.UTC(year + 1);
  let season: Season = { since: Date.UTC(year), offset: offsetAt(Date.UTC(year), zone) };
  const found = [season];
  for (let at = season.since; at < end;) {
    const next = Math.min(at + STEP_MS, end);
    if (offsetAt(next, zone) === season.offset) {
      at = next;
      continue;
    }
    at = findChange(at, next, season.offset, zone);
    season = { since: at, offset: offsetAt(at, zone) };
    if (at < end) found.push(season);
  }
  return found;
}

/** @returns the first quarter of an hour with another offset. @param at has the offset. @param next has another one */
function findChange(at: number, next: number, offset: number, zone: string): number {
  let [before, after] = [at, next];
  while (after - before > QUARTER_MS) {
    const middle = before + Math.floor((after - before) / 2 / QUARTER_MS) * QUARTER_MS;
    if (offsetAt(middle, zone) === offset) before = middle;
    else after = middle;
  }
  return after;
}

function yearOf(moment: number): number {
  return new Date(moment).getUTCFullYear();
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function toOffsetText(offset: number): string {
  const minutes = Math.abs(Math.round(offset / 60_000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
