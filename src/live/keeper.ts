import { LostLeaseError } from '../errors/store-error.ts';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import type { CallBudget } from '../datasources/message-source.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';
import { Retries } from './retries.ts';

export interface Pulled {
  /** How long the next pull can wait. */
  pauseMs: number;
  /** What a part of it has failed with, or still fails with since an earlier pull. */
  failure: Error | null;
}

export interface KeeperOptions {
  /**
   * Does all that there is to do once.
   *
   * @param createBudget a fresh call budget for each part of it
   * @throws what the whole of it fails with: then the next one comes after the usual pause, or sooner
   */
  pull: (createBudget: () => CallBudget) => Promise<Pulled>;
  /** Writes that a pull failed into the log: the provider, or something unexpected. */
  tell: (error: unknown, level: 'warn' | 'error') => void;
  clock: Clock;
  intervalMs: number;
  /** A fresh call budget. */
  createBudget: () => ChannelBudget;
}

/** After a temporary failure, and when there was more than one budget could fetch. */
const RETRY_MS = 60_000;

/**
 * Fetches what must be kept of a channel, at once and then on a schedule, with or without readers. It tells of a failure once, until
 * there is another one or none.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #closing = new AbortController();
  readonly #retries = new Retries();
  #budget: ChannelBudget | null = null;
  /** What the log has been told of last, while it lasts. */
  #told: string | null = null;
  #running: Promise<void> | null = null;
  /** Ends the pause. */
  #waking = new AbortController();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#running ??= this.#run();
  }

  /** There is something to do: the next pull begins at once, or after the current one. */
  wake(): void {
    this.#waking.abort();
  }

  /** Aborts the current pull; what it has fetched is kept. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#budget?.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#waking = new AbortController();
      const pauseMs = await this.#pull();
      await this.#options.clock.sleep(pauseMs, AbortSignal.any([signal, this.#waking.signal]));
    }
  }

  /** @returns how long the next pull can wait */
  async #pull(): Promise<number> {
    const { pull, intervalMs } = this.#options;
    try {
      const { pauseMs, failure } = await pull(() => this.#createBudget());
      const next = this.#retries.next(failure, pauseMs);
      if (failure === null) this.#told = null;
      else if (next.isNew) this.#report(failure);
      return next.pauseMs;
    } catch (error) {
      const isForNow =
        error instanceof BudgetSpentError || (error instanceof UpstreamError && error.isRetryable);
      const next = this.#retries.next(error, isForNow ? Math.min(RETRY_MS, intervalMs) : intervalMs);
      if (next.isNew) this.#report(error);
      return next.pauseMs;
    }
  }

  #createBudget(): CallBudget {
    this.#budget = this.#options.createBudget();
    if (this.#closing.signal.aborted) this.#budget.abort();
    return this.#budget;
  }

  #report(error: unknown): void {
    // What is interrupted goes on later, here or in the process that has the lease.
    if (error instanceof BudgetSpentError || error instanceof LostLeaseError) return;
    const failure = error instanceof UpstreamError ? error.code : String(error);
    if (failure === this.#told) return;
    this.#told = failure;
    this.#options.tell(error, error instanceof UpstreamError ? 'warn' : 'error');
  }
}
