import { BudgetSpentError } from '../errors/upstream-error.ts';
import { PositionError } from '../datasources/kit/position.ts';
import type { Slice, SourcePosition, Walk } from '../datasources/message-source.ts';
import type { TimeSpan } from '../store/store.ts';
import { earliestNow, latestNow } from '../util/present.ts';
import { gapsWithin } from './coverage-gaps.ts';
import { EVERYTHING } from './everything.ts';
import { keepExpired } from './expired.ts';
import { EVERY_GAP, type GapChoice } from './gap-pauses.ts';
import { withFormersOf } from './keep-told.ts';
import { withoutLostOf } from './kept-part.ts';
import type { ListingOptions } from './listing.ts';
import { parseProgress, toProgress } from './progress.ts';
import type { Round } from './round.ts';
import { isCovered } from './stretch.ts';
import { toEntry } from './to-entry.ts';

export interface BackfillOptions extends ListingOptions {
  /** Unix ms, inclusive: nothing older is wanted. */
  since: number;
  /** Unix ms, exclusive: nothing newer is wanted. Left out: all that has settled. */
  until?: number;
  /** Messages come, and change, until so long after they were sent: only what is older counts as complete. */
  settleMs: number;
  /** Left out: every gap is read. */
  choice?: GapChoice;
  /** Whether another process fills the archive, too: what that one keeps as its place, and has read, it leaves alone. Default: false. */
  isBeside?: boolean;
}

/** How a page of a gap is read: newest first, from `position`. */
interface Reading {
  gap: TimeSpan;
  walk: Walk;
  position: SourcePosition;
  /** Unix ms, excluded: from here on the gap is read, except where the provider omitted something. */
  until: number;
}

const PAGE_SIZE = 500;

/**
 * Keeps the past of a source, the newest gap first. Each page is kept in one step with what it makes complete and where the
 * next one begins: when this process dies, the next one reads at most one page again.
 */
export class Backfill {
  readonly #options: BackfillOptions;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  /**
   * Reads every gap in what has settled once, as far as there is time. A gap that the provider lists less of than it says, or of
   * which a page fails, stays one for the next round.
   *
   * @throws as `Round.attempt`
   */
  async run(round: Round): Promise<void> {
    const { archive, clock, since, settleMs, choice = EVERY_GAP } = this.#options;
    let until = Math.min(this.#options.until ?? Infinity, earliestNow(clock) - settleMs);
    // What has settled while a gap was filled is worth more than the rest of it.
    while (!round.hasMore && !round.lease.signal.aborted) {
      const gap = await choice.next(await archive.coverage(), { since, until });
      if (!gap) {
        await this.#forgetCovered(round);
        return;
      }
      await round.attempt(jobOf(gap), async (isOver) => {
        const isDone = await this.#fill(gap, round, isOver);
        if (isDone) choice.noteRead(gap, await archive.coverage());
        return isDone;
      });
      until = gap.since;
    }
  }

  async #fill(gap: TimeSpan, round: Round, isOver: () => boolean): Promise<boolean> {
    let reading: Reading | null = await this.#resume(gap);
    while (reading) {
      if (await this.#isFilledBeside(gap)) return true;
      await round.beforePage();
      const slice = await this.#read(reading);
      reading = slice === null ? this.#begin(gap) : await this.#keep(slice, reading, round);
      // Cached pages are read without I/O, so other work would not run in between.
      await new Promise((resolve) => setImmediate(resolve));
      if (reading && isOver()) return false;
    }
    return true;
  }

  /** Of a gap that others have filled, or that has become one with another, the position is of no use any more. */
  async #forgetCovered({ lease }: Round): Promise<void> {
    const { archive, clock, since, isBeside = false } = this.#options;
    if (isBeside) return;
    const missing = gapsWithin(await archive.coverage(), { since, until: Infinity });
    for (const job of (await archive.positions()).keys()) {
      const begin = beginOf(job);
      if (begin === null || missing.some((gap) => begin >= gap.since && begin < gap.until)) continue;
      const progress = { job, position: null };
      await archive.keep(
        { entries: [], delisted: [], readAt: latestNow(clock), covers: null, progress },
        lease,
      );
    }
  }

  async #isFilledBeside(gap: TimeSpan): Promise<boolean> {
    const { archive, isBeside = false } = this.#options;
    return isBeside && isCovered(gap, await archive.coverage());
  }

  #begin(gap: TimeSpan): Reading {
    const { source, clock } = this.#options;
    const walk: Walk = {
      order: 'DESC',
      oldest: gap.since,
      newest: gap.until - 1,
      asOf: latestNow(clock),
      filter: EVERYTHING,
    };
    return { gap, walk, position: source.start(walk), until: gap.until };
  }

  /** Where the last page ended, if it was of this gap. */
  async #resume(gap: TimeSpan): Promise<Reading> {
    const { archive, isBeside = false } = this.#options;
    const reading = this.#begin(gap);
    if (isBeside) return reading;
    const stored = parseProgress(await archive.progress(jobOf(gap)), 'DESC');
    return stored?.until === gap.until ? { ...reading, position: stored.position } : reading;
  }

  /** @returns null when the stored position is not one of the source any more */
  async #read({ position, walk }: Reading): Promise<Slice | null> {
    const { source, createBudget, readsOn = () => false } = this.#options;
    for (;;) {
      try {
        return await source.read(position, walk, createBudget(), PAGE_SIZE);
      } catch (error) {
        if (error instanceof PositionError) return null;
        if (!(error instanceof BudgetSpentError) || !readsOn()) throw error;
      }
    }
  }

  /** @returns how the next page is read; null: this was the gap's last */
  async #keep(slice: Slice, reading: Reading, round: Round): Promise<Reading | null> {
    const { archive, source, clock, isBeside = false } = this.#options;
    const { gap } = reading;
    const since = toEdge(slice, reading);
    const isLast = since === gap.since;
    const isIncomplete = slice.isIncomplete ?? false;
    const inside = slice.messages.filter(({ sentAt }) => sentAt >= gap.since && sentAt < gap.until);
    // The moment below the edge may be half in this page.
    const next = { ...reading, position: slice.next, until: isIncomplete ? since - 1 : since };
    const covers = isIncomplete || since >= reading.until ? null : { since, until: reading.until };
    // First: what is killed in between must not count as complete.
    const expired = covers && toExpired(slice, covers);
    if (expired) await keepExpired(archive, expired, latestNow(clock), round.lease);
    const shown = await withoutLostOf(archive, inside);
    await round.keep({
      entries: (await withFormersOf(shown, source, archive)).map(toEntry),
      delisted: [],
      readAt: latestNow(clock),
      covers,
      progress: isBeside ? null : { job: jobOf(gap), position: isLast ? null : toProgress(next) },
    });
    return isLast ? null : next;
  }
}

/** Of what is covered, the part below all that the provider still lists; null: none. */
function toExpired({ messages, isEnd, endReason }: Slice, { since, until }: TimeSpan): TimeSpan | null {
  if (!isEnd || endReason !== 'EXPIRED') return null;
  const oldest = messages.reduce((moment, { sentAt }) => Math.min(moment, sentAt), until);
  return oldest > since ? { since, until: oldest } : null;
}

const PREFIX = 'backfill ';

/** By its older end, which stays where it is while the gap is filled, unless what lies below it comes to be read with it. */
function jobOf({ since }: TimeSpan): string {
  return `${PREFIX}${since}`;
}

/** The older end of the gap of a job, in Unix ms; null: it fills none. */
function beginOf(job: string): number | null {
  return job.startsWith(PREFIX) ? Number(job.slice(PREFIX.length)) : null;
}

/** Unix ms: from there on nothing is ahead. Messages of the moment before it may be in this page and in the next one. */
function toEdge({ messages, next, isEnd }: Slice, { gap, until }: Reading): number {
  const newestAhead = next.watermark ?? messages.at(-1)?.sentAt ?? until - 1;
  return isEnd ? gap.since : Math.max(gap.since, Math.min(until, newestAhead + 1));
}
