import type { QuotaCaller, QuotaDemand, QuotaLimits, WaitingCalls } from '../../store/store.ts';
import type { QuotaUsage } from './quota.ts';

export const NOTHING: QuotaLimits = { callsPerSecond: 0, maxConcurrent: 0 };
/** Beside what is needed, as a part of that: not every further call has to be asked for. */
const RESERVE = 0.5;

/**
 * What a process asks for.
 *
 * @param limits of the account
 * @param share of them that the process has: until the answer comes, its calls go on within that
 */
export function toDemand(
  limits: QuotaLimits,
  share: QuotaLimits,
  usage: QuotaUsage,
  waiting: readonly WaitingCalls[],
  unused: readonly QuotaCaller[],
): QuotaDemand {
  const { calls, running } = usage;
  const needed = neededBy(limits, usage);
  // One that has just made a call may soon make another.
  const concurrent = Math.max(needed.maxConcurrent, Math.min(calls, 1));
  return {
    inUse: {
      callsPerSecond: Math.max(calls, share.callsPerSecond),
      maxConcurrent: Math.max(running, share.maxConcurrent),
    },
    needed,
    wanted: atMost(limits, {
      callsPerSecond: withReserve(needed.callsPerSecond),
      maxConcurrent: withReserve(concurrent),
    }),
    waiting,
    unused,
  };
}

/** By the calls that are made and those that wait. */
export function neededBy(limits: QuotaLimits, { calls, running, queued }: QuotaUsage): QuotaLimits {
  return atMost(limits, { callsPerSecond: calls + queued, maxConcurrent: running + queued });
}

function withReserve(needed: number): number {
  return needed + Math.ceil(needed * RESERVE);
}

function atMost(limits: QuotaLimits, { callsPerSecond, maxConcurrent }: QuotaLimits): QuotaLimits {
  return {
    callsPerSecond: Math.min(limits.callsPerSecond, callsPerSecond),
    maxConcurrent: Math.min(limits.maxConcurrent, maxConcurrent),
  };
}

/** Both limits. */
export function isWithin(a: QuotaLimits, b: QuotaLimits): boolean {
  return a.callsPerSecond <= b.callsPerSecond && a.maxConcurrent <= b.maxConcurrent;
}

export function isNothing({ callsPerSecond, maxConcurrent }: QuotaLimits): boolean {
  return callsPerSecond === 0 && maxConcurrent === 0;
}
