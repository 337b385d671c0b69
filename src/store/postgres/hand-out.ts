import type { QuotaCaller } from '../store.ts';

/** The calls of one caller that wait in one process. */
export interface Waiting {
  caller: QuotaCaller;
  calls: number;
  /** Since when the oldest has waited: ms of any one clock. */
  since: number;
}

/** What waits in one process. */
export interface WaitingQueue {
  waiting: readonly Waiting[];
  /** Those it has for some of these calls. */
  permits: readonly QuotaCaller[];
  /** Whether it would notice a permit soon. */
  isPresent: boolean;
}

export interface HandedOut<Holder> {
  permits: readonly { holder: Holder; caller: QuotaCaller }[];
  /** Those of whom calls waited, in the order in which they are served next; null as long as an own call is due. */
  rotation: readonly QuotaCaller[];
  /** How many calls still wait without a permit. */
  left: number;
}

interface Opening<Holder> {
  readonly holder: Holder;
  readonly since: number;
  readonly calls: number;
  /** Permits that it has for them. */
  given: number;
  /** Whether it may get more. */
  readonly isPresent: boolean;
}

/**
 * Gives places away one by one, each to the next caller in rotation, and there to the process with the oldest call of it
 * and the fewest permits. A caller who has just begun to wait is last. The gateway's own calls get what no caller waits for; in a
 * process where the oldest of them is due, they are in the rotation as a caller's.
 *
 * @param rotation as it was left; callers of whom no calls wait are dropped
 * @param dueSince since when the gateway's own calls that are due have waited, by the clock of `Waiting.since`
 */
export function handOut<Holder>(
  places: number,
  rotation: Iterable<QuotaCaller>,
  queues: ReadonlyMap<Holder, WaitingQueue>,
  dueSince = -Infinity,
): HandedOut<Holder> {
  const openings = findOpenings(queues);
  const own = openings.get(null) ?? [];
  const turns = new Map(openings).set(
    null,
    own.filter(({ since }) => since <= dueSince),
  );
  const order = new Set([...rotation, ...turns.keys()].filter((caller) => turns.get(caller)?.length));
  const permits: { holder: Holder; caller: QuotaCaller }[] = [];
  const give = (caller: QuotaCaller, among: readonly Opening<Holder>[] = []): boolean => {
    const opening = firstOf(among);
    if (opening === null) return false;
    opening.given++;
    permits.push({ holder: opening.holder, caller });
    return true;
  };
  // A caller who is put behind the others is met again there.
  for (const caller of order) {
    if (permits.length >= places) break;
    if (!give(caller, turns.get(caller))) continue;
    order.delete(caller);
    order.add(caller);
  }
  // Also of a process that is not present: it may have stalled for a moment.
  const isCallerLeft = [...openings].some(([caller, its]) => caller !== null && leftOf(its) > 0);
  while (!isCallerLeft && permits.length < places && give(null, own));
  return { permits, rotation: [...order], left: leftOf([...openings.values()].flat()) };
}

/** @returns what still waits when each permit has served a call */
export function withoutServed(waiting: readonly Waiting[], permits: readonly QuotaCaller[]): Waiting[] {
  return waiting.flatMap((one) => {
    const calls = one.calls - countOf(permits, one.caller);
    return calls > 0 ? { ...one, calls } : [];
  });
}

function findOpenings<Holder>(
  queues: ReadonlyMap<Holder, WaitingQueue>,
): Map<QuotaCaller, Opening<Holder>[]> {
  const openings = new Map<QuotaCaller, Opening<Holder>[]>();
  for (const [holder, { waiting, permits, isPresent }] of queues) {
    for (const { caller, calls, since } of waiting) {
      const given = countOf(permits, caller);
      const own = openings.get(caller) ?? [];
      own.push({ holder, since, calls, given, isPresent });
      openings.set(caller, own);
    }
  }
  return openings;
}

function leftOf(openings: readonly Pick<Opening<unknown>, 'calls' | 'given'>[] = []): number {
  return openings.reduce((sum, { calls, given }) => sum + calls - given, 0);
}

function countOf(permits: readonly QuotaCaller[], caller: QuotaCaller): number {
  return permits.filter((one) => one === caller).length;
}

function firstOf<Holder>(openings: readonly Opening<Holder>[]): Opening<Holder> | null {
  let first: Opening<Holder> | null = null;
  for (const one of openings) {
    if (!one.isPresent || one.given >= one.calls) continue;
    if (first === null || one.given < first.given || (one.given === first.given && one.since < first.since))
      first = one;
  }
  return first;
}
