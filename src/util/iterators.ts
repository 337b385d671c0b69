export function isIterator<T>(result: unknown): result is AsyncIterableIterator<T> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

/** The same events. @param end called, at least once, when no more of them are requested, or an error ended them */
export function onEnd<T>(events: AsyncIterator<T>, end: () => void): AsyncIterableIterator<T> {
  return mapEvents(events, (event) => event, end);
}

/**
 * What `pick` makes of the events; those of which it makes null are skipped. An error of `pick` ends the events that it is
 * given, too.
 *
 * @param end as in `onEnd`
 */
export function mapEvents<T, U>(
  events: AsyncIterator<T>,
  pick: (event: T) => Promise<U | null> | U | null,
  end: () => void = () => undefined,
): AsyncIterableIterator<U> {
  return new MappedEvents(events, pick, end);
}

/**
 * Hands each event to `deliver`, one after the other. What it returns yields nothing: it ends, or fails, once the events or
 * their delivery do.
 *
 * @param end as in `onEnd`
 */
export function deliverEach<T>(
  events: AsyncIterator<T>,
  deliver: (event: T) => Promise<unknown>,
  end?: () => void,
): AsyncIterableIterator<never> {
  return mapEvents<T, never>(events, (event) => deliver(event).then(() => null), end);
}

/**
 * Ends with its source, and ends it when it fails. Not a generator, which answers `return` only once the step under way has
 * ended, and a step here waits for an event that may never come. A class, since each event of each subscriber passes
 * through several of them.
 */
class MappedEvents<T, U> implements AsyncIterableIterator<U> {
  readonly #source: AsyncIterator<T>;
  readonly #pick: (event: T) => Promise<U | null> | U | null;
  readonly #end: () => void;

  constructor(source: AsyncIterator<T>, pick: (event: T) => Promise<U | null> | U | null, end: () => void) {
    this.#source = source;
    this.#pick = pick;
    this.#end = end;
  }

  async next(): Promise<IteratorResult<U>> {
    try {
      for (;;) {
        const event = await this.#source.next();
        if (event.done) break;
        const picked = this.#pick(event.value);
        const value = picked instanceof Promise ? await picked : picked;
        if (value !== null) return { done: false, value };
      }
    } catch (error) {
      await this.#stop();
      throw error;
    }
    this.#end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<U>> {
    await this.#stop();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    await this.#stop();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #stop(): Promise<void> {
    this.#end();
    await this.#source.return?.();
  }
}
