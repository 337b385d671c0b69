/**
 * Entries that items of a result refer to by short keys. Ids of the gateway are long, and a model would have to read them again with
 * each item.
 */
export class Table<Entry extends object> {
  readonly #prefix: string;
  readonly #keys = new Map<string, string>();
  readonly #entries: (Entry & { key: string })[] = [];

  /** @param prefix of all keys, such as `p` for `p1`, `p2` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @returns the key of the entry with that id, which is added if it is new */
  keyOf(id: string, toEntry: () => Entry): string {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const key = `${this.#prefix}${this.#entries.length + 1}`;
    this.#keys.set(id, key);
    this.#entries.push({ key, ...toEntry() });
    return key;
  }

  /** In the order of their keys. */
  get entries(): readonly (Entry & { key: string })[] {
    return this.#entries;
  }

  /** Removes the newest entries. @param size how many remain */
  trim(size: number): void {
    this.#entries.length = size;
    for (const [id] of [...this.#keys].slice(size)) this.#keys.delete(id);
  }
}
