import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxPush } from '../../src/sandbox/sandbox.ts';
import { deliver } from '../../test/support/deliver.ts';

const RETRY_MS = 200;

/**
 * Delivers as a provider does: again and again, until it is acknowledged.
 *
 * @param url the gateway's, with any path
 * @returns how often it had to be sent again; null: the signal was aborted before
 */
export async function deliverUntilAcknowledged(
  url: string,
  channel: string,
  push: SandboxPush,
  signal: AbortSignal,
): Promise<number | null> {
  for (let repeats = 0; !signal.aborted; repeats++) {
    // A gateway that is killed meanwhile breaks the connection off.
    const answer = await deliver(url, channel, push).catch(() => null);
    if (answer?.status === 200) return repeats;
    await pause(RETRY_MS, signal);
  }
  return null;
}

/** Waits, or less long when the signal is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
