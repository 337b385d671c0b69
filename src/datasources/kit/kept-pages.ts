import { LRUCache } from 'lru-cache';
import type { PageCache } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { latestNow } from '../../util/present.ts';
import { GuardedStore } from './guarded-store.ts';
import { isGood, toFreshMs, toHeld, type HeldPage, type PageKey } from './held-page.ts';
import { isKept, toKeptKey, type KeptPage } from './kept-page.ts';

/** About 100 MB, with the records that sources keep beside the pages. */
const MAX_MESSAGES_IN_MEMORY = 30_000;
/** Pages that are fresh for less are not worth storing. */
const MIN_FRESH_TO_WRITE_MS = 60_000;

export interface KeptPagesOptions {
  /** Null: pages are kept in memory only. */
  store: PageCache | null;
  onStoreError: (error: unknown) => void;
  /** In messages. */
  maxInMemory?: number | undefined;
  /** Whether pages may be written to the store. Left out: they may. */
  mayStore?: (() => Promise<boolean>) | undefined;
}

/** The pages that need not be fetched: in memory, bounded, and behind it in a store that outlives the process. */
export class KeptPages {
  /** Whether pages may leave the memory of this process. */
  readonly mayStore: () => Promise<boolean>;
  readonly #store: GuardedStore;
  readonly #clock: Clock;
  readonly #memory: LRUCache<string, HeldPage<unknown>>;

  constructor(
    clock: Clock,
    {
      store,
      onStoreError,
      maxInMemory = MAX_MESSAGES_IN_MEMORY,
      mayStore = () => Promise.resolve(true),
    }: KeptPagesOptions,
  ) {
    this.#store = new GuardedStore(store, onStoreError);
    this.#clock = clock;
    this.mayStore = mayStore;
    this.#memory = new LRUCache({ maxSize: maxInMemory, sizeCalculation: (held) => held.weight });
  }

  /** @returns null when it is not there, or not good enough */
  inMemory<T>(page: PageKey): HeldPage<T> | null {
    const held = this.#memory.get(page.key) as HeldPage<T> | undefined;
    return held && isGood(held, page, this.#clock) ? held : null;
  }

  /** @returns null when it is not there, or not good enough */
  async inStore<T>(page: PageKey): Promise<HeldPage<T> | null> {
    return this.#take(await this.#store.run((store) => store.get(toKeptKey(page.key))), page);
  }

  /** @returns the index of the first of these pages that is in memory or in the store; null: there is none */
  async findFirst(pages: readonly PageKey[]): Promise<number | null> {
    const inMemory = pages.findIndex((page) => this.inMemory(page) !== null);
    // Those before it may be in the store.
    const others = inMemory === -1 ? pages : pages.slice(0, inMemory);
    const keys = others.map(({ key }) => toKeptKey(key));
    const kept = keys.length === 0 ? [] : await this.#store.run((store) => store.getMany(keys));
    const inStore = others.findIndex((page, index) => this.#take(kept?.[index], page) !== null);
    const found = inStore === -1 ? inMemory : inStore;
    return found === -1 ? null : found;
  }

  /** In memory only. */
  hold(key: string, held: HeldPage<unknown>): void {
    this.#memory.set(key, held);
  }

  /** In memory, and in the store if it stays fresh long enough. */
  async keep<T>({ key, coversUntil }: PageKey, kept: KeptPage<T>): Promise<HeldPage<T>> {
    const held = toHeld(kept, this.#clock);
    this.hold(key, held);
    const usableMs = kept.usableUntil - kept.fetchedAt;
    const isWorthIt = Math.min(usableMs, toFreshMs(kept, coversUntil)) >= MIN_FRESH_TO_WRITE_MS;
    if (isWorthIt && (await this.mayStore()))
      await this.#store.run((store) => store.set(toKeptKey(key), kept, usableMs));
    return held;
  }

  async forget(key: string): Promise<void> {
    this.#memory.delete(key);
    await this.#store.run((store) => store.delete(toKeptKey(key)));
  }

  /** @param kept from the store, if it has the page. @returns null when it is not good enough */
  #take<T>(kept: unknown, page: PageKey): HeldPage<T> | null {
    if (!isKept<T>(kept)) return null;
    // A page from the future was written while the clock was ahead: its age is unknown.
    if (kept.fetchedAt > latestNow(this.#clock)) return null;
    const held = toHeld(kept, this.#clock);
    if (!isGood(held, page, this.#clock)) return null;
    this.hold(page.key, held);
    return held;
  }
}
