export function isIterator<T>(result: unknown): result is AsyncIterableIterator<T> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

/** The same events. @param end called, at least once, when no more of them are requested, or an error ended them */
export function onEnd<T>(events: AsyncIterator<T>, end: () => void): AsyncIterableIterator<T> {
  return derive(events, () => events.next(), end);
}

/**
 * What `pick` makes of the events; those of which it makes null are skipped. An error of `pick` ends the events that it is
 * given, too.
 */
export function mapEvents<T, U>(
  events: AsyncIterator<T>,
  pick: (event: T) => U | null,
): AsyncIterableIterator<U> {
  return derive(events, async (): Promise<IteratorResult<U>> => {
    try {
      for (;;) {
        const event = await events.next();
        if (event.done) return { done: true, value: undefined };
        const picked = pick(event.value);
        if (picked !== null) return { done: false, value: picked };
      }
    } catch (error) {
      await events.return?.();
      throw error;
    }
  });
}

/** The same events, each requested only once `ready` has resolved. */
export function whenReady<T>(
  events: AsyncIterator<T>,
  ready: () => Promise<unknown>,
): AsyncIterableIterator<T> {
  return derive(events, async () => {
    await ready();
    return events.next();
  });
}

/**
 * An iterator that ends with its source. Written out, since a generator answers `return` only once the step under way has
 * ended, and a step here waits for an event that may never come.
 */
function derive<U>(
  source: AsyncIterator<unknown>,
  next: () => Promise<IteratorResult<U>>,
  end: () => void = () => undefined,
): AsyncIterableIterator<U> {
  return {
    next: async () => {
      try {
        const result = await next();
        if (result.done) end();
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      end();
      await source.return?.();
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      end();
      await source.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
