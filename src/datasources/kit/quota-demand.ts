import type {
  BackgroundDemand,
  QuotaCaller,
  QuotaDemand,
  QuotaLimits,
  WaitingCalls,
} from '../../store/store.ts';
import type { BackgroundUsage, QuotaUsage } from './quota.ts';
import { withoutFree } from './without-free.ts';

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
  const { calls, running, background } = usage;
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
      callsPerSecond: withReserve(needed.callsPerSecond, background.calls),
      maxConcurrent: withReserve(concurrent, background.running),
    }),
    background: toBackgroundDemand(limits, background),
    waiting,
    unused,
  };
}

/** By the calls that are made and those that wait, but for those that wait in the background. */
export function neededBy(
  limits: QuotaLimits,
  { calls, running, queued }: Pick<QuotaUsage, 'calls' | 'running' | 'queued'>,
): QuotaLimits {
  return atMost(limits, { callsPerSecond: calls + queued, maxConcurrent: running + queued });
}

function toBackgroundDemand(
  limits: QuotaLimits,
  { calls, running, queued, keepsFree }: BackgroundUsage,
): BackgroundDemand | null {
  if (calls + queued === 0) return null;
  return {
    used: { callsPerSecond: calls, maxConcurrent: running },
    wanted: atMost(limits, {
      callsPerSecond: withReserve(calls + queued),
      maxConcurrent: withReserve(Math.max(running + queued, 1)),
    }),
    within: withoutFree(limits, keepsFree),
  };
}

/** @param others of what is needed: no reserve is for them */
function withReserve(needed: number, others = 0): number {
  return needed + Math.ceil(Math.max(0, needed - others) * RESERVE);
}

/** The lower one of each limit. */
export function atMost(limits: QuotaLimits, { callsPerSecond, maxConcurrent }: QuotaLimits): QuotaLimits {
  return {
    callsPerSecond: Math.min(limits.callsPerSecond, callsPerSecond),
    maxConcurrent: Math.min(limits.maxConcurrent, maxConcurrent),
  };
}

/** Both limits. */
export function isWithin(a: QuotaLimits, b: QuotaLimits): boolean {
  return a.callsPerSecond <= b.callsPerSecond && a.maxConcurrent <= b.maxConcurrent;
}

/** So much less as the one is more than the other, or more as it is less. */
export function lessBy(limits: QuotaLimits, one: QuotaLimits, other: QuotaLimits): QuotaLimits {
  return {
    callsPerSecond: limits.callsPerSecond - one.callsPerSecond + other.callsPerSecond,
    maxConcurrent: limits.maxConcurrent - one.maxConcurrent + other.maxConcurrent,
  };
}

export function isNothing({ callsPerSecond, maxConcurrent }: QuotaLimits): boolean {
  return callsPerSecond === 0 && maxConcurrent === 0;
}
