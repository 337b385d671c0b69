interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** Brings together what is to be written: all that comes until a group begins to be written is in it. */
export class Groups<T> {
  readonly #write: (take: () => readonly T[]) => Promise<unknown>;
  readonly #maxSize: number;
  readonly #waiting: Waiting<T>[] = [];
  #writing: Promise<void> | null = null;

  /** @param write calls `take` once it begins; calling that again, as for a second attempt, gives the same items */
  constructor(write: (take: () => readonly T[]) => Promise<unknown>, maxSize: number) {
    this.#write = write;
    this.#maxSize = maxSize;
  }

  /** @returns once the item's group is written. @throws what `write` throws, for all items of the group */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Waits until everything is written, or could not be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** One group after the other: in between other work runs. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group: Waiting<T>[] = [];
      const take = (): readonly T[] => {
        if (group.length === 0) group.push(...this.#waiting.splice(0, this.#maxSize));
        return group.map(({ item }) => item);
      };
      const [written] = await Promise.allSettled([this.#write(take)]);
      // It may have failed before it took any.
      take();
      for (const { resolve, reject } of group) {
        if (written.status === 'fulfilled') resolve();
        else reject(written.reason);
      }
    }
    this.#writing = null;
  }
}
