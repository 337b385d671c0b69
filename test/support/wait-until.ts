import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 5;

/** Waits for what another process does, without keeping a core busy that this process may need. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(PAUSE_MS);
}
