import type { Logger } from 'pino';
import type { ChatChannel } from '../datasources/message-source.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';

/** Channels at a time. */
const CONCURRENCY = 8;

/**
 * Has channels fetch what their first calls need. What fails is fetched by the first call that needs it.
 *
 * @param createRequestBudget a new one for each channel
 * @returns aborts what is under way, and waits for its end
 */
export function prepareChannels(
  channels: readonly ChatChannel[],
  createRequestBudget: () => RequestBudget,
  log: Logger,
): () => Promise<void> {
  const closing = new AbortController();
  const left = channels.values();
  const prepareOthers = async (): Promise<void> => {
    for (const channel of left) {
      if (closing.signal.aborted) return;
      const requestBudget = createRequestBudget();
      const abort = (): void => {
        requestBudget.abort();
      };
      closing.signal.addEventListener('abort', abort);
      try {
        await requestBudget.ask(channel, async (budget) => channel.prepare?.(budget));
      } catch (error) {
        if (!(error instanceof BudgetSpentError))
          log.warn({ channel: channel.name, err: error }, 'A channel could not be prepared');
      } finally {
        closing.signal.removeEventListener('abort', abort);
      }
    }
  };
  const prepared = Promise.all(Array.from({ length: CONCURRENCY }, prepareOthers));
  return async () => {
    closing.abort();
    await prepared;
  };
}
