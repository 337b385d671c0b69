/** The gateway's clock; tests inject their own. */
export interface Clock {
  /** Wall time in Unix milliseconds, for what is shown, stored or sent. It jumps when the machine's clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary moment, never going back: for durations, deadlines and rates. */
  monotonic(): number;
  /** Ends early when `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** @returns a signal that is aborted then, with a `TimeoutError`; it does not keep the process alive */
  timeout(milliseconds: number): AbortSignal;
  /**
   * By which leases, shares of quotas and the like are renewed, with a server that has a clock of its own. Left out: this one.
   * Tests that set the time of requests leave it running.
   */
  readonly background?: Clock;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal?.addEventListener('abort', wake, { once: true });
      if (signal?.aborted) wake();
    }),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
};
