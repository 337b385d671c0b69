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
 * @returns stops it, and waits for the batch under way
 */
export function startPruning(
  audit: Pick<AuditLog, 'prune'>,
  keepMs: number,
  clock: Clock,
  log: Logger,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let pruning: Promise<void> = Promise.resolve();
  const prune = async (): Promise<void> => {
    const hasMore = await pruneBatch();
    if (isStopped) return;
    timer = setTimeout(begin, hasMore ? PAUSE_MS : PRUNE_EVERY_MS).unref();
  };
  const pruneBatch = async (): Promise<boolean> => {
    try {
      return await audit.prune(earliestNow(clock) - keepMs);
    } catch (error) {
      log.error({ err: error }, 'Old audit records could not be pruned; the gateway retries in an hour');
      return false;
    }
  };
  const begin = (): void => {
    pruning = prune();
  };
  begin();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await pruning;
  };
}
