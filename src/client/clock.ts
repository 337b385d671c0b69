/** Time and randomness, which tests replace. */
export interface ClientClock {
  /** Unix ms, to compare with the gateway's dates. */
  now(): number;
  /** Milliseconds that never go back, for durations. */
  monotonic(): number;
  /** @throws the signal's reason, when it is aborted before the time is over */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** From 0, inclusive, to 1, exclusive. */
  random(): number;
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        // A signal's reason is whatever its owner gave.
        if (signal?.aborted) reject(signal.reason as Error);
        else resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal?.addEventListener('abort', wake);
    }),
};
