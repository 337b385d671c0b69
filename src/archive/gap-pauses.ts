import type { MessageArchive, TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { gapsWithin, joined } from './coverage-gaps.ts';
import { isWorthReading } from './is-worth-reading.ts';

/** Which gap is read. */
export interface GapChoice {
  /** @returns the newest gap that is to be read now; null: none is */
  next(coverage: readonly TimeSpan[], span: TimeSpan): Promise<TimeSpan | null>;
  /** A gap has been read to its end. @param coverage since then */
  noteRead(gap: TimeSpan, coverage: readonly TimeSpan[]): void;
}

/** All of them. */
export const EVERY_GAP: GapChoice = {
  next: (coverage, span) => Promise.resolve(gapsWithin(coverage, span).at(-1) ?? null),
  noteRead: () => undefined,
};

/** A part that a provider has listed less of than it says. */
interface Stuck {
  span: TimeSpan;
  /** Monotonic. */
  dueAt: number;
  pauseMs: number;
}

const MINUTE_MS = 60_000;
/** Until what a provider lists less of than it says is read again: longer each time. */
const FIRST_PAUSE_MS = 5 * MINUTE_MS;
const LONGEST_PAUSE_MS = 6 * 60 * MINUTE_MS;
/** What has settled, and of which nothing is kept, is most likely empty: it is read when it is so long. */
export const IDLE_MS = 60 * MINUTE_MS;

/** Spares calls for gaps in which there is hardly anything new. */
export class GapPauses implements GapChoice {
  readonly #archive: Pick<MessageArchive, 'read'>;
  readonly #clock: Clock;
  #stuck: readonly Stuck[] = [];

  constructor(archive: Pick<MessageArchive, 'read'>, clock: Clock) {
    this.#archive = archive;
    this.#clock = clock;
  }

  async next(coverage: readonly TimeSpan[], span: TimeSpan): Promise<TimeSpan | null> {
    const now = this.#clock.monotonic();
    // What was covered otherwise, or is not kept any more, waits no longer.
    this.#stuck = this.#stuck.filter(
      (stuck) => gapsWithin(coverage, stuck.span).length > 0 && stuck.span.until > span.since,
    );
    const waiting = this.#stuck.filter(({ dueAt }) => dueAt > now).map((stuck) => stuck.span);
    const read = joined([...coverage, ...waiting]);
    const gaps = gapsWithin(read, span);
    const newest = gaps.at(-1);
    // It has settled since what comes before it was read.
    const isNew = newest?.until === span.until && read.some(({ until }) => until === newest.since);
    if (isNew && !(await isWorthReading(this.#archive, newest, IDLE_MS))) return gaps.at(-2) ?? null;
    return newest ?? null;
  }

  noteRead(gap: TimeSpan, coverage: readonly TimeSpan[]): void {
    const isOfGap = ({ span }: Stuck): boolean => span.since < gap.until && span.until > gap.since;
    const before = this.#stuck.filter(isOfGap).map(({ pauseMs }) => pauseMs);
    const pauseMs =
      before.length === 0 ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * Math.max(...before));
    const dueAt = this.#clock.monotonic() + pauseMs;
    this.#stuck = [
      ...this.#stuck.filter((stuck) => !isOfGap(stuck)),
      ...gapsWithin(coverage, gap).map((span) => ({ span, dueAt, pauseMs })),
    ];
  }
}
