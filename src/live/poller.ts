import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import { LostLeaseError } from '../errors/store-error.ts';
import type { Lease, Leases } from '../store/store.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { Retries } from './retries.ts';
import type { Tail } from './tail.ts';

export interface PollerOptions {
  channel: string;
  tail: Pick<Tail, 'begin' | 'catchUp'>;
  leases: Leases;
  log: Logger;
  intervalMs: number;
}

/**
 * Polls a channel for updates while it has subscribers, once for all of them; of all processes that share the store and have
 * subscribers, one polls. For channels with webhooks it polls slowly, and only for missed deliveries.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #retries = new Retries();
  #subscribers = 0;
  #isPolling = false;
  #isClosed = false;
  /** Lets go of the lease, or of waiting for it. */
  #letGo = (): Promise<void> => Promise.resolve();
  /** While this process is the one that polls. */
  #lease: Lease | null = null;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Polls until each caller of `start` has called the function that it got. */
  subscribe(): () => void {
    const { tail, leases, channel } = this.#options;
    tail.begin().catch((error: unknown) => {
      this.#report(error);
    });
    if (this.#subscribers++ === 0)
      this.#letGo = leases.hold(`tail:${channel}`, (lease) => this.#pollWith(lease));
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#subscribers === 0) void this.#letGo();
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#subscribers = 0;
    await this.#letGo();
    await this.#polling;
  }

  async #pollWith(lease: Lease): Promise<void> {
    this.#lease = lease;
    this.#poll();
    await untilAborted(lease.signal);
    // Subscribers that came meanwhile have got another one.
    if (this.#lease !== lease) return;
    this.#lease = null;
    clearTimeout(this.#timer);
    await this.#polling;
  }

  #poll(): void {
    clearTimeout(this.#timer);
    const lease = this.#lease;
    // The current poll sets the timer again when it ends.
    if (this.#isPolling || this.#isClosed || lease === null) return;
    this.#isPolling = true;
    const { tail, intervalMs } = this.#options;
    this.#polling = tail
      .catchUp(lease)
      .then(
        () => this.#retries.next(null, intervalMs),
        (error: unknown) => {
          const next = this.#retries.next(error, intervalMs);
          if (next.isNew) this.#report(error);
          return next;
        },
      )
      .then(({ pauseMs }) => {
        this.#isPolling = false;
        if (this.#lease !== null)
          this.#timer = setTimeout(() => {
            this.#poll();
          }, pauseMs).unref();
      });
  }

  /** The next poll continues where the last successful one ended. */
  #report(error: unknown): void {
    // With a lost lease another process polls, and continues in the same way.
    if (this.#isClosed || error instanceof LostLeaseError) return;
    const { log, channel } = this.#options;
    const isExpected = error instanceof UpstreamError || error instanceof BudgetSpentError;
    if (isExpected) log.warn({ channel, err: error }, 'A poll for new messages failed');
    else log.error({ channel, err: error }, 'A poll for new messages failed unexpectedly');
  }
}
