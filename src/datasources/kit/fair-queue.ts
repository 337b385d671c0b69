/**
 * A bounded queue that serves callers in rotation (round-robin): a caller with many items waits behind every other
 * caller's next one. Items of no caller (null), the gateway's own, are served when no caller's are there, unless they are due.
 */
export class FairQueue<T> {
  readonly #capacity: number;
  /** By caller, the one that is served next first; none of the lists is empty. */
  readonly #lists = new Map<string | null, Set<T>>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** By caller, the one that is served next first; each has one item at least, the oldest first. */
  get lists(): Iterable<[caller: string | null, items: ReadonlySet<T>]> {
    return this.#lists;
  }

  /**
   * @returns the item that must leave because the queue is full: the newest item of the caller with the most items;
   * else null
   */
  push(caller: string | null, item: T): T | null {
    const own = this.#lists.get(caller) ?? new Set();
    own.add(item);
    this.#lists.set(caller, own);
    this.#size++;
    if (this.#size <= this.#capacity) return null;
    const [longest, items] = [...this.#lists].reduce((most, list) =>
      list[1].size > most[1].size ? list : most,
    );
    const last = [...items].at(-1) ?? item;
    this.delete(longest, last);
    return last;
  }

  /** @param isDue whether the oldest item of no caller is in the rotation. @returns the next item; undefined when there is none */
  shift(isDue: (item: T) => boolean = () => false): T | undefined {
    const [own] = this.#lists.get(null) ?? [];
    const isOwnDue = own !== undefined && isDue(own);
    for (const caller of this.#lists.keys()) if (caller !== null || isOwnDue) return this.take(caller);
    return this.take(null);
  }

  /** @returns the oldest item of a caller, who then goes to the end of the queue; undefined when there is none */
  take(caller: string | null): T | undefined {
    const items = this.#lists.get(caller);
    if (items === undefined) return undefined;
    const [item] = items;
    this.#lists.delete(caller);
    this.#lists.set(caller, items);
    if (item !== undefined) this.delete(caller, item);
    return item;
  }

  /** Removes every item that matches. */
  remove(isSo: (item: T) => boolean): T[] {
    const removed: T[] = [];
    for (const [caller, items] of this.#lists) {
      for (const item of [...items].filter(isSo)) {
        this.delete(caller, item);
        removed.push(item);
      }
    }
    return removed;
  }

  /** Removes one item, if it is there. */
  delete(caller: string | null, item: T): void {
    const items = this.#lists.get(caller);
    if (!items?.delete(item)) return;
    this.#size--;
    if (items.size === 0) this.#lists.delete(caller);
  }
}
