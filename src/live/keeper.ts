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
  /** A fresh allowance of calls. */
  createBudget: () => ChannelBudget;
}

/** After a failure that may pass by itself, and when there was more than one allowance of calls brings. */
const RETRY_MS = 60_000;

/** Pulls a channel whose provider forgets, at once and then again and again, whether or not anybody reads. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #closing = new AbortController();
  #access: ChannelBudget | null = null;
  #running: Promise<void> | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#running ??= this.#run();
  }

  /** Breaks off the pull under way; what it has brought is kept. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#access?.abort();
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

  /** @returns whether nothing is to be had before the next regular pull */
  async #pull(): Promise<boolean> {
    const { keepUp, channel, log, createBudget } = this.#options;
    this.#access = createBudget();
    try {
      await keepUp.pull(this.#access);
      return true;
    } catch (error) {
      if (error instanceof BudgetSpentError) return false;
      if (error instanceof UpstreamError) {
        log.warn({ channel, err: error }, 'A pull of what the provider will forget failed');
        return !error.isRetryable;
      }
      log.error({ channel, err: error }, 'A pull of what the provider will forget broke');
      return true;
    }
  }
}
