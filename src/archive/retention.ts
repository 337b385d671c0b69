import type { MessageRecord } from '../domain/records.ts';
import type { TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import type { KeptSource } from './kept-source.ts';
import { oldestWanted } from './oldest-wanted.ts';
import { parseRecord } from './parse-record.ts';
import type { Round } from './round.ts';

const JOB = 'retention';
/** A few milliseconds for the store, in which nothing else is written. */
const BATCH = 200;
/** Of what time has no limit; whole, as stores take it. */
const EVER = Number.MIN_SAFE_INTEGER;

/**
 * Takes away what is older than a channel keeps, once a day. First it counts as complete no longer: whatever a process that dies
 * leaves is read as what it is, and the next one goes on.
 */
export class Retention {
  readonly #kept: KeptSource;
  readonly #clock: Clock;

  constructor(kept: KeptSource, clock: Clock) {
    this.#kept = kept;
    this.#clock = clock;
  }

  /** @throws as `Round.attempt` */
  async run(round: Round): Promise<void> {
    const { archive, retentionDays } = this.#kept;
    if (retentionDays === undefined) return;
    const until = oldestWanted(this.#kept, this.#clock);
    // Another one than before, also when it lies further back: what has been read again since is pruned again.
    if ((await archive.progress(JOB)) === String(until)) return;
    await round.attempt(JOB, (isOver) => this.#prune({ since: EVER, until }, round, isOver));
  }

  async #prune(span: TimeSpan, round: Round, isOver: () => boolean): Promise<boolean> {
    const page = { entries: [], delisted: [], readAt: latestNow(this.#clock), covers: null };
    await round.keep({ ...page, uncovers: span, progress: null });
    let rest = span;
    for (let after: string | null = null; ;) {
      await round.beforePage();
      const last = await this.#removeSome(rest, after, round);
      if (last === null) break;
      rest = { ...span, since: last.sentAt };
      after = last.sequence;
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver()) return false;
    }
    await round.keep({ ...page, progress: { job: JOB, position: String(span.until) } });
    return true;
  }

  /** @returns the last of those that it has looked at; null: there are no more */
  async #removeSome(
    span: TimeSpan,
    after: string | null,
    { lease }: Round,
  ): Promise<{ sentAt: number; sequence: string } | null> {
    const { archive, readHolds } = this.#kept;
    const entries = await archive.read({ order: 'ASC', span, after, terms: [], limit: BATCH });
    const isHeld = (await readHolds?.()) ?? ((): boolean => false);
    const messages = entries.map(({ record }): MessageRecord => parseRecord(record));
    const keys = messages.filter((message) => !isHeld(message)).map(({ key }) => key);
    await archive.remove(keys, lease);
    return entries.length < BATCH ? null : (entries.at(-1) ?? null);
  }
}
