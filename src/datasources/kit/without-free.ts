import type { QuotaLimits } from '../../store/store.ts';

/** What is left for calls in the background: of each limit one place at least, else there would never be any. */
export function withoutFree(limits: QuotaLimits, keepsFree: number): QuotaLimits {
  // A product such as 90 * 0.7 is less than the whole number that it stands for.
  const part = (limit: number): number => Math.max(1, Math.floor(limit * (1 - keepsFree) + 1e-9));
  return { callsPerSecond: part(limits.callsPerSecond), maxConcurrent: part(limits.maxConcurrent) };
}
