/** @returns runs work for a caller, so much of all at a time. What waits is begun in its order, one for each caller in rotation */
export function limitConcurrency(
  most: number,
): <T>(caller: string | null, work: () => Promise<T>) => Promise<T> {
  /** The caller that is to be served next comes first. */
  const waiting = new Map<string | null, (() => void)[]>();
  let running = 0;
  const takeNext = (): (() => void) | null => {
    const [first] = waiting;
    if (!first) return null;
    const [caller, own] = first;
    const next = own.shift() ?? null;
    waiting.delete(caller);
    if (own.length > 0) waiting.set(caller, own);
    return next;
  };
  return async (caller, work) => {
    // One that ends leaves its place to the next that waits.
    if (running === most)
      await new Promise<void>((resolve) => {
        const own = waiting.get(caller);
        if (own) own.push(resolve);
        else waiting.set(caller, [resolve]);
      });
    else running++;
    try {
      return await work();
    } finally {
      const next = takeNext();
      if (next) next();
      else running--;
    }
  };
}
