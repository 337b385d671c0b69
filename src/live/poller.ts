import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Tail } from './tail.ts';

export interface PollerOptions {
  channel: string;
  tail: Tail;
  log: Logger;
  intervalMs: number;
}

/**
 * Reads a channel's news again and again while somebody is subscribed to it, once for all of them. For channels whose
 * provider pushes it is slow, and only there for pushes that were missed.
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

  /** Polls until the function that it returns is called as often as this one. */
  subscribe(): () => void {
    this.#options.tail.begin();
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
    // The poll under way arms the timer again when it ends.
    if (this.#isPolling) return;
    this.#isPolling = true;
    const { tail, log, channel, intervalMs } = this.#options;
    this.#polling = tail
      .catchUp()
      .catch((error: unknown) => {
        if (this.#isClosed) return;
        // The next poll goes on from where the last one that worked had come to.
        const isExpected = error instanceof UpstreamError || error instanceof BudgetSpentError;
        if (isExpected) log.warn({ channel, err: error }, 'A poll for new messages failed');
        else log.error({ channel, err: error }, 'A poll for new messages broke');
      })
      .then(() => {
        this.#isPolling = false;
        if (this.#subscribers > 0)
          this.#timer = setTimeout(() => {
            this.#poll();
          }, intervalMs).unref();
      });
  }
}
