import type { Clock } from '../util/clock.ts';
import type { CallBudget } from '../datasources/message-source.ts';
import { earliestNow, latestNow } from '../util/present.ts';
import type { Age } from './ages.ts';
import { compare, toChanges } from './compare.ts';
import { isWorthReading } from './is-worth-reading.ts';
import type { KeptSource } from './kept-source.ts';
import { listParts } from './listing.ts';
import { markAt, parseMark, toText, type Mark } from './mark.ts';
import { oldestWanted } from './oldest-wanted.ts';
import type { Round } from './round.ts';
import { toEntry } from './to-entry.ts';

type PassedSource = Pick<KeptSource, 'source' | 'archive' | 'since' | 'settleMs'>;

/**
 * Reads what has come to an age since the last time, oldest first, and keeps what is missing, has changed, or is listed no more. Each
 * page is kept in one step with the mark: when this process dies, the next one reads at most one page again. Nothing of it counts as
 * complete by that.
 */
export class Pass {
  readonly #age: Age;
  readonly #kept: PassedSource;
  readonly #clock: Clock;
  readonly #createBudget: () => CallBudget;

  constructor(
    age: Age,
    kept: PassedSource,
    { clock, createBudget }: { clock: Clock; createBudget: () => CallBudget },
  ) {
    this.#age = age;
    this.#kept = kept;
    this.#clock = clock;
    this.#createBudget = createBudget;
  }

  /** @throws as `Round.attempt` */
  run(round: Round): Promise<void> {
    return round.attempt(this.#age.job, (isOver) => this.#read(round, isOver));
  }

  async #read(round: Round, isOver: () => boolean): Promise<boolean> {
    const { ageMs, everyMs, idleMs, isSure } = this.#age;
    const target = earliestNow(this.#clock) - ageMs;
    const stored = parseMark(await this.#kept.archive.progress(this.#age.job));
    const from = this.#begin(stored, target);
    if (stored === null && from.until === target) await this.#keepMark(from, round);
    const ahead = { since: from.until, until: target };
    const isDue =
      from.position !== null ||
      (target - from.until >= everyMs && (await isWorthReading(this.#kept.archive, ahead, idleMs)));
    if (!isDue) return true;
    const options = { ...this.#kept, clock: this.#clock, createBudget: this.#createBudget };
    for await (const part of listParts(from, target, options, round.beforePage)) {
      const listed = isSure ? part.listed : null;
      const difference = await compare({ ...part, listed }, options);
      // Otherwise the next round begins with the same page.
      const { isCertain } = difference;
      await round.keep({
        entries: toChanges(difference).map(toEntry),
        delisted: difference.delisted,
        readAt: latestNow(this.#clock),
        covers: null,
        progress: isCertain ? { job: this.#age.job, position: toText(part.next) } : null,
      });
      if (!isCertain || (part.next.position !== null && isOver())) return false;
    }
    return true;
  }

  /** Where the last pass ended, or was interrupted. What is older than this age at first was read by the backfill at such an age. */
  #begin(stored: Mark | null, target: number): Mark {
    const { ageMs, overlapMs } = this.#age;
    const { settleMs } = this.#kept;
    const since = oldestWanted(this.#kept, this.#clock);
    // What has settled is read by the backfill.
    const oldest = ageMs < settleMs ? Math.max(since, earliestNow(this.#clock) - settleMs) : since;
    if (stored === null) return markAt(ageMs === 0 ? oldest : target);
    if (stored.position !== null && stored.until >= oldest) return stored;
    // A mark in the future is of a clock that was ahead.
    return markAt(Math.max(oldest, Math.min(stored.until, target) - overlapMs));
  }

  #keepMark(mark: Mark, round: Round): Promise<unknown> {
    return round.keep({
      entries: [],
      delisted: [],
      readAt: latestNow(this.#clock),
      covers: null,
      progress: { job: this.#age.job, position: toText(mark) },
    });
  }
}
