import type { FetchedPage, SharedFetches } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { earliestNow, latestNow } from '../../util/present.ts';
import type { CallBudget } from '../call-budget.ts';
import { isGood, toHeld, type HeldPage, type PageKey } from './held-page.ts';
import { parseKept, toKeptKey, toText } from './kept-page.ts';
import type { KeptPages } from './kept-pages.ts';

export interface PageRequest<T> extends PageKey {
  /** Calls the provider. */
  fetch(): Promise<T>;
  /** Of the request. */
  budget: Pick<CallBudget, 'activity' | 'caller' | 'deadline' | 'signal'>;
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

/** How many pages came from where. */
export type PageReads = Record<'memory' | 'store' | 'shared' | 'provider', number>;

const KEEP_FOR_MS = 90 * 86_400_000;

/** Fetches pages that this process does not have, each once over all processes. */
export class PageFetch {
  readonly #kept: KeptPages;
  readonly #clock: Clock;
  readonly #fetches: SharedFetches | null;
  readonly #reads: PageReads;

  /** @param fetches with other processes; null: there are none, or each fetches for itself */
  constructor(kept: KeptPages, clock: Clock, fetches: SharedFetches | null, reads: PageReads) {
    this.#kept = kept;
    this.#clock = clock;
    this.#fetches = fetches;
    this.#reads = reads;
  }

  /** @returns the page, which is kept from now on */
  async fetch<T>(request: PageRequest<T>): Promise<HeldPage<T>> {
    const { budget } = request;
    // What is done in the background waits for the quota as long as callers use that: no caller is to wait for it.
    const fetches = budget.activity.isInBackground ? null : this.#fetches;
    if (fetches === null || !(await this.#kept.mayStore())) return this.#fetchAlone(request);
    // As in the queue of the account, it is not the provider that is waited for.
    const shared = await budget.activity.whileQueued(fetches.join(toKeptKey(request.key), budget));
    if (!shared.isOwn) return this.#adopt(request, shared) ?? this.#fetchAlone(request);
    let page: FetchedPage | null = null;
    try {
      // Another process may have stored it just before. Then those that wait find it there, too, with its own age.
      const stored = await this.#kept.inStore<T>(request);
      if (stored) {
        this.#reads.store++;
        return stored;
      }
      const held = await this.#fetchAlone(request);
      page = { toText: () => toText(held), doneAt: held.heldSince };
      return held;
    } finally {
      void shared.end(page);
    }
  }

  async #fetchAlone<T>(request: PageRequest<T>): Promise<HeldPage<T>> {
    this.#reads.provider++;
    const value = await request.fetch();
    const fetchedAt = latestNow(this.#clock);
    return this.#kept.keep(request, {
      value,
      fetchedAt,
      earliestFetchedAt: earliestNow(this.#clock),
      usableUntil: Math.min(fetchedAt + KEEP_FOR_MS, request.usableUntil?.(value) ?? Infinity),
      weight: 1 + request.weigh(value),
    });
  }

  /**
   * A page of another process, whose age is known by this process's own clock.
   *
   * @returns null when it is not good enough
   */
  #adopt<T>(
    request: PageRequest<T>,
    { text, doneAfter }: { text: string; doneAfter: number },
  ): HeldPage<T> | null {
    const kept = parseKept<T>(text);
    if (kept === null) return null;
    const agoMs = Math.ceil(this.#clock.monotonic() - doneAfter);
    const fetchedAt = latestNow(this.#clock) - agoMs;
    const behindMs = fetchedAt - kept.fetchedAt;
    const value = request.adopt ? request.adopt(kept.value, behindMs) : kept.value;
    if (value === null) return null;
    // The end of its use stays: it is that of a URL, by the provider's clock.
    const held = toHeld(
      { ...kept, value, fetchedAt, earliestFetchedAt: earliestNow(this.#clock) - agoMs },
      this.#clock,
    );
    if (!isGood(held, request, this.#clock)) return null;
    this.#kept.hold(request.key, held);
    this.#reads.shared++;
    return held;
  }
}
