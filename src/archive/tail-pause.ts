import type { MessageArchive } from '../store/store.ts';

const MINUTE_MS = 60_000;
/** How soon the tail is read again without an event. */
export const TAIL_EVERY_MS = MINUTE_MS;
/** The same where nothing has come for 40 minutes or more. */
const IDLE_TAIL_MS = 10 * MINUTE_MS;
/** The same where webhooks would tell of it, after two hours. */
const IDLE_TAIL_WITH_WEBHOOKS_MS = 30 * MINUTE_MS;
/** What has been quiet for long may be so for as long again. */
const SHARE_OF_QUIET = 1 / 4;

/** @param quietMs for how long nothing has come. @returns until the tail is read again, when no event tells of something new */
export function tailPauseMs(quietMs: number, isPushedTo: boolean): number {
  const longest = isPushedTo ? IDLE_TAIL_WITH_WEBHOOKS_MS : IDLE_TAIL_MS;
  return Math.min(longest, Math.max(TAIL_EVERY_MS, quietMs * SHARE_OF_QUIET));
}

/** @param now Unix ms. @returns since when nothing has come that is kept; Infinity where nothing is */
export async function quietSinceNewest(archive: Pick<MessageArchive, 'read'>, now: number): Promise<number> {
  const span = { since: 0, until: Number.MAX_SAFE_INTEGER };
  const [newest] = await archive.read({ order: 'DESC', span, after: null, terms: [], limit: 1 });
  return newest ? Math.max(0, now - newest.sentAt) : Infinity;
}
