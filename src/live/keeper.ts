import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import type { KeepUp } from '../datasources/message-source.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';

export interface KeeperOptions {
  channel: string;
  keepUp: KeepUp;
  clock: Clock;
  log: Logger;
  intervalMs: number;
  /** A fresh call budget. */
  createBudget: () => ChannelBudget;
}

/** After a temporary failure, and when there was more than one budget could fetch. */
const RETRY_MS = 60_000;

/** Pulls a channel whose provider drops messages, at once and then on a schedule, with or without readers. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #closing = new AbortController();
  #budget: ChannelBudget | null = null;
  #running: Promise<void> | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#running ??= this.#run();
  }

  /** Aborts the current pull; what it has fetched is kept. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#budget?.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const isComplete = await this.#pull();
      await clock.sleep(isComplete ? intervalMs : Math.min(RETRY_MS, intervalMs), signal);
    }
  }

  /** @returns whether the next pull can wait for its regular time */
  async #pull(): Promise<boolean> {
    const { keepUp, channel, log, createBudget } = this.#options;
    this.#budget = createBudget();
    try {
      await keepUp.pull(this.#budget);
      return true;
    } catch (error) {
      if (error instanceof BudgetSpentError) return false;
      if (error instanceof UpstreamError) {
        log.warn({ channel, err: error }, 'A scheduled pull failed');
        return !error.isRetryable;
      }
      log.error({ channel, err: error }, 'A scheduled pull failed unexpectedly');
      return true;
    }
  }
}
