import type { Clock } from '../../util/clock.ts';
import { latestNow } from '../../util/present.ts';
import type { KeptPage } from './kept-page.ts';

/** Names the requested page, and how fresh it must be. */
export interface PageKey {
  /** Names the account, the call and everything that the answer depends on: whose data it is must be part of it. */
  key: string;
  /** Unix ms: a page fetched since then is fresh enough. */
  notBefore: number;
  /**
   * Unix ms: the newest time that the page covers. A page is fresh for as long as this time lay in the past when it
   * was fetched: yesterday's history for a day, last year's for a year, the present not at all. So the gateway sees
   * delayed messages and recalls eventually, and fetches old history almost never.
   */
  coversUntil: number;
}

/** A page in memory, where its age does not depend on the machine's clock. */
export interface HeldPage<T> extends KeptPage<T> {
  /** Monotonic: when it was fetched, and until when it is usable. */
  heldSince: number;
  endsAt: number;
}

/** @param kept by the clock as it is now */
export function toHeld<T>(kept: KeptPage<T>, clock: Clock): HeldPage<T> {
  const [now, monotonic] = [latestNow(clock), clock.monotonic()];
  return {
    ...kept,
    heldSince: monotonic - (now - kept.fetchedAt),
    endsAt: monotonic + (kept.usableUntil - now),
  };
}

/** Whether it is usable, and fresh enough. */
export function isGood(
  held: HeldPage<unknown>,
  { notBefore, coversUntil }: Pick<PageKey, 'notBefore' | 'coversUntil'>,
  clock: Clock,
): boolean {
  const now = clock.monotonic();
  const { fetchedAt } = held;
  // After a time when the clock was ahead, a page fetched then is not newer than later ones.
  const isSince = fetchedAt >= notBefore && fetchedAt <= latestNow(clock);
  return now < held.endsAt && (isSince || now < held.heldSince + toFreshMs(held, coversUntil));
}

/** How long a page is fresh, counted from when it was fetched. */
export function toFreshMs(
  { earliestFetchedAt }: Pick<KeptPage<unknown>, 'earliestFetchedAt'>,
  coversUntil: number,
): number {
  return Math.max(0, earliestFetchedAt - coversUntil);
}
