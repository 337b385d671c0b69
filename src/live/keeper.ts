import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import type { KeepUp } from '../datasources/message-source.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';
import { Retries } from './retries.ts';

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
  readonly #retries = new Retries();
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
    const { signal } = this.#closing;
    while (!signal.aborted) await this.#options.clock.sleep(await this.#pull(), signal);
  }

  /** @returns how long the next pull can wait */
  async #pull(): Promise<number> {
    const { keepUp, intervalMs, createBudget } = this.#options;
    this.#budget = createBudget();
    try {
      await keepUp.pull(this.#budget);
      return this.#retries.next(null, intervalMs).pauseMs;
    } catch (error) {
      const isForNow =
        error instanceof BudgetSpentError || (error instanceof UpstreamError && error.isRetryable);
      const next = this.#retries.next(error, isForNow ? Math.min(RETRY_MS, intervalMs) : intervalMs);
      if (next.isNew) this.#report(error);
      return next.pauseMs;
    }
  }

  #report(error: unknown): void {
    const { channel, log } = this.#options;
    if (error instanceof BudgetSpentError) return;
    if (error instanceof UpstreamError) log.warn({ channel, err: error }, 'A scheduled pull failed');
    else log.error({ channel, err: error }, 'A scheduled pull failed unexpectedly');
  }
}
