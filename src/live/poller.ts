import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Tail } from './tail.ts';

export interface PollerOptions {
  channel: string;
  tail: Pick<Tail, 'begin' | 'catchUp'>;
  log: Logger;
  intervalMs: number;
}

/**
 * Polls a channel for updates while it has subscribers, once for all of them. For channels with webhooks it polls
 * slowly, and only for missed deliveries.
 */
export class Poller {
  readonly #options: PollerOptions;
  #subscribers = 0;
  #isPolling = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Polls until each caller of `start` has called the function that it got. */
  subscribe(): () => void {
    const { tail } = this.#options;
    tail.begin().catch((error: unknown) => {
      this.#report(error);
    });
    if (this.#subscribers++ === 0) this.#poll();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#subscribers === 0) clearTimeout(this.#timer);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#subscribers = 0;
    clearTimeout(this.#timer);
    await this.#polling;
  }

  #poll(): void {
    clearTimeout(this.#timer);
    // The current poll sets the timer again when it ends.
    if (this.#isPolling || this.#isClosed) return;
    this.#isPolling = true;
    const { tail, intervalMs } = this.#options;
    this.#polling = tail
      .catchUp()
      .catch((error: unknown) => {
        this.#report(error);
      })
      .then(() => {
        this.#isPolling = false;
        if (this.#subscribers > 0)
          this.#timer = setTimeout(() => {
            this.#poll();
          }, intervalMs).unref();
      });
  }

  /** The next poll continues where the last successful one ended. */
  #report(error: unknown): void {
    if (this.#isClosed) return;
    const { log, channel } = this.#options;
    const isExpected = error instanceof UpstreamError || error instanceof BudgetSpentError;
    if (isExpected) log.warn({ channel, err: error }, 'A poll for new messages failed');
    else log.error({ channel, err: error }, 'A poll for new messages failed unexpectedly');
  }
}
