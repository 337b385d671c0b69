import type { Logger } from 'pino';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import type { AuditLog } from './audit-log.ts';

const PRUNE_EVERY_MS = 3_600_000;
/** Writes must not wait while there is much to prune. */
const PAUSE_MS = 100;

/**
 * Prunes records once they are older than `keepMs`.
 *
 * @returns stops it
 */
export function startPruning(audit: AuditLog, keepMs: number, clock: Clock, log: Logger): () => void {
  let timer: NodeJS.Timeout | undefined;
  const prune = (): void => {
    timer = setTimeout(prune, hasMore() ? PAUSE_MS : PRUNE_EVERY_MS).unref();
  };
  const hasMore = (): boolean => {
    try {
      return audit.prune(earliestNow(clock) - keepMs);
    } catch (error) {
      log.error({ err: error }, 'Old audit records could not be pruned; the gateway retries in an hour');
      return false;
    }
  };
  prune();
  return () => {
    clearTimeout(timer);
  };
}
