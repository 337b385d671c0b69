import type { ClientClock } from '../../src/client/index.ts';

/** A client's clock on which pauses are noted and take no time; chance always takes the longest. */
export interface RecordingClock extends ClientClock {
  readonly pausesMs: number[];
}

/** @param onPause called with the number of each pause, from 1 */
export function createRecordingClock(onPause?: (number: number) => void): RecordingClock {
  let now = Date.UTC(2026, 2, 1);
  const pausesMs: number[] = [];
  return {
    pausesMs,
    now: () => now,
    monotonic: () => now,
    random: () => 1,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      pausesMs.push(milliseconds);
      now += milliseconds;
      onPause?.(pausesMs.length);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
