/**
 * As `mapEvents`, for what takes its time to make: while an event is made and others are there already, it begins with
 * those too, so that they are made together. It yields in the order of the events, and asks for none unless it is asked itself.
 */
export class EventsAhead<T, U> implements AsyncIterableIterator<U> {
  readonly #source: AsyncIterator<T>;
  readonly #pick: (event: T) => Promise<U> | null;
  readonly #most: () => number;
  readonly #end: () => void;
  /** In the order of the events. */
  readonly #begun: Promise<PromiseSettledResult<U>>[] = [];
  #isWanted = false;
  #asking: Promise<void> | null = null;
  #isOver = false;
  /** Told after what was begun before it. */
  #failed: { failure: unknown } | null = null;

  /**
   * @param pick null: the event is skipped
   * @param most how many may be begun and not yielded; at least one is
   * @param end called, at least once, when no more events are requested, or an error ended them
   */
  constructor(
    source: AsyncIterator<T>,
    pick: (event: T) => Promise<U> | null,
    most: () => number,
    end: () => void,
  ) {
    this.#source = source;
    this.#pick = pick;
    this.#most = most;
    this.#end = end;
  }

  async next(): Promise<IteratorResult<U>> {
    this.#isWanted = true;
    this.#askForMore();
    while (this.#begun.length === 0 && !this.#isOver) await this.#asking;
    const made = await this.#begun[0];
    void this.#begun.shift();
    this.#isWanted = false;
    if (made?.status === 'fulfilled') return { done: false, value: made.value };
    const failed = made ? { failure: made.reason as unknown } : this.#failed;
    await this.#stop();
    if (failed) throw failed.failure;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<U>> {
    await this.#stop();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #askForMore(): void {
    const mayBegin = this.#begun.length === 0 || this.#begun.length < this.#most();
    if (this.#isWanted && mayBegin && !this.#asking && !this.#isOver) this.#asking = this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      const event = await this.#source.next();
      if (event.done) this.#isOver = true;
      const made = event.done ? null : this.#pick(event.value);
      if (made) this.#begun.push(settle(made));
    } catch (failure) {
      this.#isOver = true;
      this.#failed = { failure };
    }
    this.#asking = null;
    this.#askForMore();
  }

  async #stop(): Promise<void> {
    this.#isOver = true;
    this.#failed = null;
    this.#begun.length = 0;
    this.#end();
    await this.#source.return?.();
  }
}

/** What is begun may fail before it is asked for. */
function settle<U>(promise: Promise<U>): Promise<PromiseSettledResult<U>> {
  return promise.then(
    (value) => ({ status: 'fulfilled', value }),
    (reason: unknown) => ({ status: 'rejected', reason }),
  );
}
