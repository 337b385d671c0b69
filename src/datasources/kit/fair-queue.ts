/**
 * A bounded queue that serves callers in rotation (round-robin): a caller with many items waits behind every other
 * caller's next one.
 */
export class FairQueue<T> {
  readonly #capacity: number;
  /** By caller, the one that is served next first; none of the lists is empty. */
  readonly #lists = new Map<string, Set<T>>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** Those of whom items wait. */
  get callers(): number {
    return this.#lists.size;
  }

  /**
   * @returns the item that must leave because the queue is full: the newest item of the caller with the most items;
   * else null
   */
  push(caller: string, item: T): T | null {
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

  /** @returns the next item, whose caller then goes to the end of the queue; undefined when there is none */
  shift(): T | undefined {
    for (const [caller, items] of this.#lists) {
      for (const item of items) {
        this.#lists.delete(caller);
        this.#lists.set(caller, items);
        this.delete(caller, item);
        return item;
      }
    }
    return undefined;
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
  delete(caller: string, item: T): void {
    const items = this.#lists.get(caller);
    if (!items?.delete(item)) return;
    this.#size--;
    if (items.size === 0) this.#lists.delete(caller);
  }
}
