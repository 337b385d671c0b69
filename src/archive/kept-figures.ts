import { setTimeout as timeout } from 'node:timers/promises';
import type { SourceFilter } from '../datasources/message-source.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { ArchiveStats, ReadLimit, StatsGrouping, TimeSpan } from '../store/store.ts';
import type { KeptIndex } from './kept-index.ts';
import { termsOfFilter } from './terms.ts';

/** For which something is read. */
export interface ReadRequest extends ReadLimit {
  readonly caller: string | null;
}

/** GraphQL's integers have 32 bits. */
const MOST_COUNTED = 2 ** 31 - 1;
/** The number is no more than an addition to a page. */
const MOST_COUNTING_MS = 1_000;

/** Figures of what some sources keep. They cost much: a few are made at a time, for callers in rotation. */
export class KeptFigures {
  readonly #kept: KeptIndex;
  readonly #sources: readonly string[];

  /** @param sources their names; none: no figure is asked for, and nothing is kept */
  constructor(kept: KeptIndex, sources: readonly string[]) {
    this.#kept = kept;
    this.#sources = sources;
  }

  /**
   * As `ArchiveIndex.stats`.
   *
   * @param request asked once there is room for its statement
   * @throws BudgetSpentError when the request is over by then
   */
  async stats(span: TimeSpan, grouping: StatsGrouping, request: ReadRequest): Promise<ArchiveStats[]> {
    if (this.#sources.length === 0) return [];
    return this.#kept.figures(
      request.caller,
      unlessOver(request, () => this.#kept.all.within(request).stats(this.#sources, span, grouping)),
    );
  }

  /**
   * How many messages were sent in the span and pass the filter, which asks for no text: that terms alone do not tell.
   *
   * @returns null: there are more than a number of the API can tell, or it takes too long
   */
  async count(span: TimeSpan, filter: SourceFilter, request: ReadRequest): Promise<number | null> {
    const deadline = performance.now() + MOST_COUNTING_MS;
    if (this.#sources.length === 0) return 0;
    const counted = this.#kept.figures(request.caller, async () => {
      const within: ReadLimit = {
        ...(request.signal && { signal: request.signal }),
        get msLeft() {
          return Math.min(request.msLeft, deadline - performance.now());
        },
      };
      if (within.msLeft <= 0) return null;
      const limit = { messages: MOST_COUNTED, deadline };
      const index = this.#kept.all.within(within);
      return nullIfOver(index.count(this.#sources, span, termsOfFilter(filter), limit));
    });
    // Nor does the page wait for figures of others.
    return Promise.race([counted, timeout(MOST_COUNTING_MS, null, { ref: false })]);
  }

  /** Reads what takes much memory: few such readings run in the process at a time. As for `stats`. */
  readLarge<T>(request: ReadRequest, read: () => Promise<T>): Promise<T> {
    return this.#kept.large(request.caller, unlessOver(request, read));
  }
}

function unlessOver<T>(request: ReadRequest, work: () => Promise<T>): () => Promise<T> {
  return async () => {
    if (request.msLeft <= 0) throw new BudgetSpentError();
    return work();
  };
}

async function nullIfOver<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BudgetSpentError) return null;
    throw error;
  }
}
