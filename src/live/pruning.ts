import type { Logger } from 'pino';
import type { Lease, LiveStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import { untilAborted } from '../util/until-aborted.ts';

export interface PruningOptions {
  store: Pick<LiveStore, 'events' | 'inbox'>;
  clock: Clock;
  log: Logger;
  /** How long events and keys of deliveries are kept. */
  keepDays: number;
}

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Forgets events and keys of deliveries that are old, while this process is the one that does. */
export class Pruning {
  readonly #options: PruningOptions;
  #current: Promise<void> = Promise.resolve();

  constructor(options: PruningOptions) {
    this.#options = options;
  }

  /** Resolved once nothing is being pruned. It never rejects. */
  get settled(): Promise<void> {
    return this.#current;
  }

  /** Now and every hour, until the lease ends. Never fails. */
  async pruneWith({ signal }: Lease): Promise<void> {
    const prune = (): void => {
      this.#current = this.#prune();
    };
    prune();
    const timer = setInterval(prune, PRUNE_EVERY_MS).unref();
    await untilAborted(signal);
    clearInterval(timer);
    await this.#current;
  }

  async #prune(): Promise<void> {
    const { store, clock, log, keepDays } = this.#options;
    const before = earliestNow(clock) - keepDays * DAY_MS;
    try {
      await store.inbox.prune(before);
      await store.events.prune(before);
    } catch (error) {
      log.error({ err: error }, 'Old events could not be pruned; the gateway retries in an hour');
    }
  }
}
