export interface Taken<T> {
  readonly value: T;
  /** Whether it is in use elsewhere too. */
  readonly isShared: () => boolean;
  /** Calling it again has no effect. */
  readonly release: () => void;
}

/** One value for each key, made when it is first taken, and kept for as long as it is in use. */
export class InUse<T> {
  readonly #entries = new Map<string, { value: T; users: number }>();

  /**
   * @param last called when the value is in use no more
   */
  take(key: string, make: () => T, last: (value: T) => void = () => undefined): Taken<T> {
    const entry = this.#entries.get(key) ?? { value: make(), users: 0 };
    this.#entries.set(key, entry);
    entry.users++;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      if (--entry.users > 0) return;
      this.#entries.delete(key);
      last(entry.value);
    };
    return { value: entry.value, isShared: () => entry.users > 1, release };
  }
}
