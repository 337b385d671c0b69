import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { PageCache, SharedFetches } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import type { SharedWork } from '../activity.ts';
import { isGood, type HeldPage, type PageKey } from './held-page.ts';
import { KeptPages } from './kept-pages.ts';
import { PageFetch, type PageReads, type PageRequest } from './page-fetch.ts';

export interface PageStoreOptions {
  /** In messages. */
  maxInMemory?: number | undefined;
  /** With other processes; null: there are none, or each fetches for itself. */
  fetches?: SharedFetches | null | undefined;
  /** Whether pages may leave the memory of this process. Left out: they may. */
  mayStore?: (() => Promise<boolean>) | undefined;
}

/**
 * Caches pages of the providers: in memory, bounded, and behind it in a store that outlives the process. Equal
 * requests in flight are one, also those of other processes. A store that fails or hangs is skipped.
 */
export class PageStore {
  readonly #clock: Clock;
  readonly #kept: KeptPages;
  readonly #fetch: PageFetch;
  readonly #underWay = new Map<string, SharedWork<HeldPage<unknown>>>();

  /** Since the process began. */
  readonly reads: PageReads = { memory: 0, store: 0, shared: 0, provider: 0 };

  /** @param store which throws when it fails; null: pages are cached in memory only */
  constructor(
    store: PageCache | null,
    clock: Clock,
    onStoreError: (error: unknown) => void,
    { maxInMemory, fetches = null, mayStore }: PageStoreOptions = {},
  ) {
    this.#clock = clock;
    this.#kept = new KeptPages(clock, { store, onStoreError, maxInMemory, mayStore });
    this.#fetch = new PageFetch(this.#kept, clock, fetches, this.reads);
  }

  /** @returns the page, from memory, from the store or from the provider; shared with others, so never change it */
  async read<T>(request: PageRequest<T>): Promise<T> {
    for (let hasJoined = false; ; hasJoined = true) {
      const inMemory = this.#kept.inMemory<T>(request);
      if (inMemory) {
        this.reads.memory++;
        return inMemory.value;
      }
      const underWay = this.#underWay.get(request.key) as SharedWork<HeldPage<T>> | undefined;
      if (!underWay) return (await this.#load(request)).value;
      try {
        const held = await request.budget.activity.whileShared(underWay, request.budget.caller);
        if (isGood(held, request, this.#clock)) {
          this.reads.shared++;
          return held.value;
        }
      } catch (error) {
        // The other request ran out of budget, or its provider may be back by now: this one tries itself.
        if (hasJoined && !(error instanceof BudgetSpentError)) throw error;
      }
    }
  }

  /** Whether `read` would answer without calling the provider. */
  async has(page: PageKey): Promise<boolean> {
    return this.#kept.inMemory(page) !== null || (await this.#kept.inStore(page)) !== null;
  }

  /** @returns the index of the first page that `read` would answer without calling the provider; null: there is none */
  async findKept(pages: readonly PageKey[]): Promise<number | null> {
    return this.#kept.findFirst(pages);
  }

  /** A page that turned out incomplete must be fetched again. */
  async forget(key: string): Promise<void> {
    await this.#kept.forget(key);
  }

  #load<T>(request: PageRequest<T>): Promise<HeldPage<T>> {
    const loading = this.#kept
      .inStore<T>(request)
      .then((held) => {
        if (held === null) return this.#fetch.fetch(request);
        this.reads.store++;
        return held;
      })
      .finally(() => this.#underWay.delete(request.key));
    this.#underWay.set(request.key, { result: loading, activity: request.budget.activity });
    return loading;
  }
}
