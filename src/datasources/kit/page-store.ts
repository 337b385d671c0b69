import { LRUCache } from 'lru-cache';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { FetchedPage, PageCache, SharedFetches } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { earliestNow, latestNow } from '../../util/present.ts';
import type { SharedWork } from '../activity.ts';
import type { CallBudget } from '../call-budget.ts';

/** Names the requested page, and how fresh it must be. */
export interface PageKey {
  /** Names the account, the call and everything that the answer depends on: whose data it is must be part of it. */
  key: string;
  /** Unix ms: a page fetched since then is fresh enough. */
  notBefore: number;
  /**
   * Unix ms: the newest time that the page covers. A page is fresh for as long as this time lay in the past when it
   * was fetched: yesterday's history for a day, last year's for a year, the present not at all. So the gateway sees
   * delayed messages and recalls eventually, and fetches old history almost never.
   */
  coversUntil: number;
}

export interface PageRequest<T> extends PageKey {
  /** Calls the provider. */
  fetch(): Promise<T>;
  /** Of the request. */
  budget: Pick<CallBudget, 'activity' | 'deadline' | 'signal'>;
  /** The size of the page, in messages. */
  weigh(value: T): number;
  /** Unix ms when the page expires, for answers that carry expiring URLs. Left out: never. */
  usableUntil?(value: T): number;
  /**
   * For answers that depend on a machine's clock: what this one may take of another one, whose clock was behind by so many ms, or ahead
   * when it is negative. Null: nothing. Left out: all.
   */
  adopt?(value: T, behindMs: number): T | null;
}

/** A page as stored. */
interface Kept<T> {
  value: T;
  /** Unix ms: when the provider's answer was complete, by the latest and the earliest that it may have been. */
  fetchedAt: number;
  earliestFetchedAt: number;
  usableUntil: number;
  weight: number;
}

/** The same in memory, where its age does not depend on the machine's clock. */
interface Held<T> extends Kept<T> {
  /** Monotonic: when it was fetched, and until when it is fresh. */
  heldSince: number;
  endsAt: number;
}

/** Part of every key: pages that an older version of the gateway wrote in another format are ignored. */
const FORMAT = 'v4 ';
/** About 100 MB, with the records that sources keep beside the pages. */
const MAX_MESSAGES_IN_MEMORY = 30_000;
/** Pages that are fresh for less are not worth storing. */
const MIN_FRESH_TO_WRITE_MS = 60_000;
const KEEP_FOR_MS = 90 * 86_400_000;
/** A store that takes longer than this is slower than a provider. */
const STORE_TIMEOUT_MS = 250;

export interface PageStoreOptions {
  /** In messages. */
  maxInMemory?: number | undefined;
  /** With other processes; null: there are none, or each fetches for itself. */
  fetches?: SharedFetches | null | undefined;
}

/**
 * Caches pages of the providers: in memory, bounded, and behind it in a store that outlives the process. Equal
 * requests in flight are one, also those of other processes. A store that fails or hangs is skipped.
 */
export class PageStore {
  readonly #store: PageCache | null;
  readonly #fetches: SharedFetches | null;
  readonly #clock: Clock;
  readonly #onStoreError: (error: unknown) => void;
  readonly #underWay = new Map<string, SharedWork<Held<unknown>>>();
  readonly #memory: LRUCache<string, Held<unknown>>;

  /** How many pages came from where since the process began. */
  readonly reads = { memory: 0, store: 0, shared: 0, provider: 0 };

  /** @param store which throws when it fails; null: pages are cached in memory only */
  constructor(
    store: PageCache | null,
    clock: Clock,
    onStoreError: (error: unknown) => void,
    { maxInMemory = MAX_MESSAGES_IN_MEMORY, fetches = null }: PageStoreOptions = {},
  ) {
    this.#store = store;
    this.#fetches = fetches;
    this.#clock = clock;
    this.#onStoreError = onStoreError;
    this.#memory = new LRUCache({ maxSize: maxInMemory, sizeCalculation: (kept) => kept.weight });
  }

  /** @returns the page, from memory, from the store or from the provider; shared with others, so never change it */
  async read<T>(request: PageRequest<T>): Promise<T> {
    for (let hasJoined = false; ; hasJoined = true) {
      const inMemory = this.#inMemory<T>(request);
      if (inMemory) {
        this.reads.memory++;
        return inMemory.value;
      }
      const underWay = this.#underWay.get(request.key) as SharedWork<Held<T>> | undefined;
      if (!underWay) return (await this.#load(request)).value;
      try {
        const kept = await request.budget.activity.whileShared(underWay);
        if (this.#isGood(kept, request)) {
          this.reads.shared++;
          return kept.value;
        }
      } catch (error) {
        // The other request ran out of budget, or its provider may be back by now: this one tries itself.
        if (hasJoined && !(error instanceof BudgetSpentError)) throw error;
      }
    }
  }

  /** Whether `read` would answer without calling the provider. */
  async has(page: PageKey): Promise<boolean> {
    return this.#inMemory(page) !== null || (await this.#inStore(page)) !== null;
  }

  /** @returns the index of the first page that `read` would answer without calling the provider; null: there is none */
  async findKept(pages: readonly PageKey[]): Promise<number | null> {
    const inMemory = pages.findIndex((page) => this.#inMemory(page) !== null);
    // Those before it may be in the store.
    const others = inMemory === -1 ? pages : pages.slice(0, inMemory);
    const keys = others.map(({ key }) => FORMAT + key);
    const kept = keys.length === 0 ? [] : await this.#guard((store) => store.getMany(keys));
    const inStore = others.findIndex((page, index) => this.#take(kept?.[index], page) !== null);
    const found = inStore === -1 ? inMemory : inStore;
    return found === -1 ? null : found;
  }

  /** A page that turned out incomplete must be fetched again. */
  async forget(key: string): Promise<void> {
    this.#memory.delete(key);
    await this.#guard((store) => store.delete(FORMAT + key));
  }

  #inMemory<T>(page: PageKey): Held<T> | null {
    const held = this.#memory.get(page.key) as Held<T> | undefined;
    return held && this.#isGood(held, page) ? held : null;
  }

  async #inStore<T>(page: PageKey): Promise<Held<T> | null> {
    return this.#take(await this.#guard((store) => store.get(FORMAT + page.key)), page);
  }

  /** @param kept from the store, if it has the page. @returns null when it is not good enough */
  #take<T>(kept: unknown, page: PageKey): Held<T> | null {
    if (!isKept<T>(kept)) return null;
    // A page from the future was written while the clock was ahead: its age is unknown.
    if (kept.fetchedAt > latestNow(this.#clock)) return null;
    const held = this.#toHeld(kept);
    if (!this.#isGood(held, page)) return null;
    this.#memory.set(page.key, held);
    return held;
  }

  #isGood(held: Held<unknown>, { notBefore, coversUntil }: PageKey): boolean {
    const now = this.#clock.monotonic();
    const { fetchedAt } = held;
    // After a time when the clock was ahead, a page fetched then is not newer than later ones.
    const isSince = fetchedAt >= notBefore && fetchedAt <= latestNow(this.#clock);
    return now < held.endsAt && (isSince || now < held.heldSince + toFreshMs(held, coversUntil));
  }

  #toHeld<T>(kept: Kept<T>): Held<T> {
    const [now, monotonic] = [latestNow(this.#clock), this.#clock.monotonic()];
    return {
      ...kept,
      heldSince: monotonic - (now - kept.fetchedAt),
      endsAt: monotonic + (kept.usableUntil - now),
    };
  }

  #load<T>(request: PageRequest<T>): Promise<Held<T>> {
    const loading = this.#inStore<T>(request)
      .then((held) => {
        if (held === null) return this.#fetch(request);
        this.reads.store++;
        return held;
      })
      .finally(() => this.#underWay.delete(request.key));
    this.#underWay.set(request.key, { result: loading, activity: request.budget.activity });
    return loading;
  }

  async #fetch<T>(request: PageRequest<T>): Promise<Held<T>> {
    if (this.#fetches === null) return this.#fetchAlone(request);
    // As in the queue of the account, it is not the provider that is waited for.
    const { budget } = request;
    const shared = await budget.activity.whileQueued(this.#fetches.join(FORMAT + request.key, budget));
    if (!shared.isOwn) return this.#share(request, shared) ?? this.#fetchAlone(request);
    let page: FetchedPage | null = null;
    try {
      // Another process may have stored it just before. Then those that wait find it there, too, with its own age.
      const stored = await this.#inStore<T>(request);
      if (stored) {
        this.reads.store++;
        return stored;
      }
      const held = await this.#fetchAlone(request);
      page = { toText: () => JSON.stringify(toKept(held)), doneAt: held.heldSince };
      return held;
    } finally {
      void shared.end(page);
    }
  }

  /**
   * A page of another process, whose age is known by this process's own clock.
   *
   * @returns null when it is not good enough
   */
  #share<T>(
    request: PageRequest<T>,
    { text, doneAfter }: { text: string; doneAfter: number },
  ): Held<T> | null {
    const kept = parseKept<T>(text);
    if (kept === null) return null;
    const agoMs = Math.ceil(this.#clock.monotonic() - doneAfter);
    const fetchedAt = latestNow(this.#clock) - agoMs;
    const behindMs = fetchedAt - kept.fetchedAt;
    const value = request.adopt ? request.adopt(kept.value, behindMs) : kept.value;
    if (value === null) return null;
    const held = this.#toHeld({
      ...kept,
      value,
      fetchedAt,
      earliestFetchedAt: earliestNow(this.#clock) - agoMs,
      // That of a URL, by the provider's clock.
      usableUntil: kept.usableUntil,
    });
    if (!this.#isGood(held, request)) return null;
    this.#memory.set(request.key, held);
    this.reads.shared++;
    return held;
  }

  async #fetchAlone<T>(request: PageRequest<T>): Promise<Held<T>> {
    this.reads.provider++;
    return this.#keep(request, await request.fetch());
  }

  async #keep<T>(request: PageRequest<T>, value: T): Promise<Held<T>> {
    const fetchedAt = latestNow(this.#clock);
    const usableUntil = Math.min(fetchedAt + KEEP_FOR_MS, request.usableUntil?.(value) ?? Infinity);
    const kept: Kept<T> = {
      value,
      fetchedAt,
      earliestFetchedAt: earliestNow(this.#clock),
      usableUntil,
      weight: 1 + request.weigh(value),
    };
    const held = this.#toHeld(kept);
    this.#memory.set(request.key, held);
    const usableMs = usableUntil - fetchedAt;
    if (Math.min(usableMs, toFreshMs(kept, request.coversUntil)) >= MIN_FRESH_TO_WRITE_MS) {
      await this.#guard((store) => store.set(FORMAT + request.key, kept, usableMs));
    }
    return held;
  }

  /** A failing store costs speed, never the answer. */
  async #guard<T>(operation: (store: PageCache) => Promise<T>): Promise<T | undefined> {
    if (this.#store === null) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`The page store did not answer within ${STORE_TIMEOUT_MS} ms`));
      }, STORE_TIMEOUT_MS);
    });
    try {
      return await Promise.race([operation(this.#store), timeout]);
    } catch (error) {
      this.#onStoreError(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** How long a page is fresh, counted from when it was fetched. */
function toFreshMs({ earliestFetchedAt }: Kept<unknown>, coversUntil: number): number {
  return Math.max(0, earliestFetchedAt - coversUntil);
}

function toKept<T>({ value, fetchedAt, earliestFetchedAt, usableUntil, weight }: Held<T>): Kept<T> {
  return { value, fetchedAt, earliestFetchedAt, usableUntil, weight };
}

function parseKept<T>(text: string): Kept<T> | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  return isKept<T>(kept) ? kept : null;
}

/** The value is one of this format: stores keep others from writing. */
function isKept<T>(kept: unknown): kept is Kept<T> {
  if (typeof kept !== 'object' || kept === null || !('value' in kept)) return false;
  const { fetchedAt, earliestFetchedAt, usableUntil, weight } = kept as Partial<
    Record<keyof Kept<T>, unknown>
  >;
  return [fetchedAt, earliestFetchedAt, usableUntil, weight].every(Number.isFinite) && Number(weight) > 0;
}
