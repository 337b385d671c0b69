export function isIterator<T>(result: unknown): result is AsyncIterableIterator<T> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

/** The same events. @param end called, at least once, when the consumer requests no more of them */
export function onEnd<T>(events: AsyncIterableIterator<T>, end: () => void): AsyncIterableIterator<T> {
  return {
    next: async () => {
      try {
        const result = await events.next();
        if (result.done) end();
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      end();
      return (await events.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
