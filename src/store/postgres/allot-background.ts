import type { QuotaLimits } from '../store.ts';
import { NOTHING, toLimits, type Sharer } from './allot-quota.ts';

/** Of one process's calls those in the background. */
export interface BackgroundShare {
  /** What they use of what the process needs. */
  used: QuotaLimits;
  /** With those that wait, and a reserve. */
  wanted: QuotaLimits;
}

export interface BackgroundSharer extends Sharer {
  /** Null: nothing is done in the background. */
  background: BackgroundShare | null;
}

/** So long a process has a place that others want, too. */
const PASS_ON_MS = 2_000;

/**
 * Within what calls in the background may leave in one process: what other calls use of it, and of what all of these leave an equal
 * part, or more as far as other processes want less. Where there are more processes than places, these pass on by the clock.
 *
 * @param within of the account: less is used by all calls when one in the background leaves
 * @param sharers all of them, in the same order each time. @param own which one it is
 * @param now ms of any one clock
 */
export function allotBackground(
  within: QuotaLimits,
  sharers: readonly BackgroundSharer[],
  own: number,
  now: number,
): QuotaLimits {
  const one = sharers[own];
  if (!one) return NOTHING;
  const wanting = sharers.flatMap(({ background }, index) => (background === null ? [] : index));
  const shift = Math.floor(now / PASS_ON_MS);
  const share = toLimits((part) => {
    const sum = (of: (sharer: BackgroundSharer, index: number) => number): number =>
      sharers.reduce((total, sharer, index) => total + of(sharer, index), 0);
    const notInBackground = ({ needed, background }: BackgroundSharer): number =>
      needed[part] - (background?.used[part] ?? 0);
    const left = within[part] - sum(notInBackground);
    const ofOthers = sum(({ background }, index) =>
      index === own || background === null
        ? 0
        : Math.min(background.wanted[part], partOf(left, wanting, index, shift)),
    );
    const takenByOthers = sum(({ held, needed }, index) =>
      index === own ? 0 : Math.max(held[part], needed[part]),
    );
    const ofCallers = notInBackground(one);
    const wanted = one.background?.wanted[part] ?? 0;
    const most = Math.min(wanted, left - ofOthers, within[part] - takenByOthers - ofCallers);
    return most > 0 ? ofCallers + most : 0;
  });
  return share.callsPerSecond > 0 && share.maxConcurrent > 0 ? share : NOTHING;
}

/** Of so many places, which are divided equally; the rest of them goes round. */
function partOf(places: number, wanting: readonly number[], sharer: number, shift: number): number {
  if (places <= 0) return 0;
  const count = wanting.length;
  const rank = (wanting.indexOf(sharer) + shift) % count;
  return Math.floor(places / count) + (rank < places % count ? 1 : 0);
}
