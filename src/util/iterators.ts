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
  pick: (event: T) => Promise<U> | U | null,
  end: () => void = () => undefined,
): AsyncIterableIterator<U> {
  return derive(events, end, async () => {
    for (;;) {
      const event = await events.next();
      if (event.done) return null;
      const picked = pick(event.value);
      if (picked !== null) return { done: false, value: picked instanceof Promise ? await picked : picked };
    }
  });
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
  end: () => void = () => undefined,
): AsyncIterableIterator<never> {
  return derive(events, end, async () => {
    for (;;) {
      const event = await events.next();
      if (event.done) return null;
      await deliver(event.value);
    }
  });
}

/**
 * An iterator that ends with its source, and ends it when it fails. Written out, since a generator answers `return` only
 * once the step under way has ended, and a step here waits for an event that may never come. Each event of each
 * subscriber passes through several of them.
 *
 * @param next null: the source has ended
 */
function derive<U>(
  source: AsyncIterator<unknown>,
  end: () => void,
  next: () => Promise<IteratorYieldResult<U> | null>,
): AsyncIterableIterator<U> {
  const stop = async (): Promise<void> => {
    end();
    await source.return?.();
  };
  return {
    next: () =>
      next().then(
        (result) => {
          if (result !== null) return result;
          end();
          return { done: true, value: undefined };
        },
        async (error: unknown) => {
          await stop();
          throw error;
        },
      ),
    return: async () => {
      await stop();
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      await stop();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
