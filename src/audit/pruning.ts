import type { Logger } from 'pino';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import type { AuditLog } from './audit-log.ts';

const PRUNE_EVERY_MS = 3_600_000;
/** What is written while there is much to forget must not wait for it. */
const PAUSE_MS = 100;

/**
 * Has records forgotten once they are older than `keepMs`.
 *
 * @returns ends it
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
      log.error({ err: error }, 'Old audit records could not be forgotten; it is tried again in an hour');
      return false;
    }
  };
  prune();
  return () => {
    clearTimeout(timer);
  };
}
