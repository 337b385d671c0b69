import type { SourceStatus } from '../../src/client/index.ts';
import { hasFailed } from '../model/messages.ts';

const MOST_MS = 30_000;
const LEAST_MS = 1_000;
const FAILED_MS = 2_000;

/** Runs a task again and again, while the page is in sight, with the pauses that it returns, until the signal ends it. */
export async function repeat(task: () => Promise<number>, signal: AbortSignal): Promise<void> {
  for (;;) {
    await untilVisible(signal);
    if (signal.aborted) return;
    await pause(await task(), signal);
  }
}

/** @returns when to ask again providers that failed; `otherwiseMs` when none did */
export function toPauseMs(sources: readonly SourceStatus[], otherwiseMs: number): number {
  const failed = sources.filter(hasFailed);
  if (failed.length === 0) return otherwiseMs;
  const askedFor = Math.max(...failed.map(({ retryAfterSeconds }) => (retryAfterSeconds ?? 0) * 1_000));
  return Math.min(MOST_MS, Math.max(LEAST_MS, askedFor === 0 ? FAILED_MS : askedFor));
}

function untilVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : milliseconds);
    signal.addEventListener('abort', done);
  });
}
