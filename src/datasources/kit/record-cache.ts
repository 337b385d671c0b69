import { LRUCache } from 'lru-cache';

const MAX_KEPT_BYTES = 32 * 1024 * 1024;
/** The memory of a message, on top of a few times its text. */
const SMALLEST_BYTES = 1_000;
const BYTES_PER_CHARACTER = 2;

/** Messages that were read from a store, opened, checked and mapped once, for as long as there is room. */
export class RecordCache<T extends object> {
  readonly #records = new LRUCache<string, T>({ maxSize: MAX_KEPT_BYTES });

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  /** @param length of the text that it was made of, in characters */
  set(key: string, record: T, length: number): void {
    this.#records.set(key, record, { size: SMALLEST_BYTES + BYTES_PER_CHARACTER * length });
  }
}
