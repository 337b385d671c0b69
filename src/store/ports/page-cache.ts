/** Values that JSON can hold and that can be made again, by key. */
export interface PageCache {
  /** @returns what was set, to be checked: others may have written it; undefined: nothing */
  get(key: string): Promise<unknown>;
  /** @returns the same for each of the keys */
  getMany(keys: readonly string[]): Promise<readonly unknown[]>;
  /** @param ttl in ms; left out: it stays */
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Deletes all of it. */
  clear(): Promise<unknown>;
}
