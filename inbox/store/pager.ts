import { signal } from '@preact/signals';
import { RequestFailedError, type SourceStatus } from '../../src/client/index.ts';
import { hasFailed } from '../model/messages.ts';

/** What every list of the gateway's has. */
interface Page {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  sources: readonly SourceStatus[];
}

/** How many pages may bring nothing before only the reader reads on: in a long gap, each costs calls to the provider. */
const MAX_EMPTY_PAGES = 5;

/** Reads a list in one direction, page by page, from cursor to cursor. */
export class Pager<TPage extends Page> {
  readonly isLoading = signal(false);
  /** Also before the first page. */
  readonly hasMore = signal(true);
  /** Why the last page could not be read; empty when it could. */
  readonly failure = signal('');
  /** Of the last page. */
  readonly sources = signal<readonly SourceStatus[]>([]);
  /** Whether the next attempt may succeed without the reader doing anything. */
  isStuck = false;
  /** Whether the last pages brought nothing, although there is more. */
  isInGap = false;
  readonly #fetchPage: (after: string | null) => Promise<TPage>;
  readonly #take: (page: TPage) => number;
  readonly #signal: AbortSignal;
  #cursor: string | null = null;
  #reading: Promise<void> | undefined;

  /**
   * @param take puts a page where it belongs, and says how many of its items it keeps
   * @param signal aborts what is under way, after which nothing is taken
   */
  constructor(
    fetchPage: (after: string | null) => Promise<TPage>,
    take: (page: TPage) => number,
    signal: AbortSignal,
  ) {
    this.#fetchPage = fetchPage;
    this.#take = take;
    this.#signal = signal;
  }

  /** Reads until a page brings something, the list ends, or too many are empty. Who comes meanwhile waits for the same. */
  more(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.isLoading.value = false;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    this.isLoading.value = true;
    this.isStuck = false;
    this.isInGap = false;
    try {
      for (let page = 0; page < MAX_EMPTY_PAGES && this.hasMore.peek(); page++) {
        const read = await this.#fetchPage(this.#cursor);
        if (this.#signal.aborted) return;
        const { hasNextPage, endCursor } = read.pageInfo;
        this.#cursor = endCursor ?? this.#cursor;
        this.failure.value = '';
        this.sources.value = read.sources;
        const kept = this.#take(read);
        this.hasMore.value = hasNextPage;
        // The cursor keeps the place of a provider that failed: from there, the next page has what it could not list.
        this.isStuck = hasNextPage && read.sources.some(hasFailed);
        if (kept > 0 || this.isStuck) return;
      }
      this.isInGap = this.hasMore.peek();
    } catch (error) {
      if (this.#signal.aborted) return;
      this.failure.value = describeFailure(error);
      this.isStuck = isTemporary(error);
    }
  }
}

export function isTemporary(error: unknown): boolean {
  return error instanceof RequestFailedError && error.retryable;
}

export function describeFailure(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
