import type { Database, Statement } from './sqlite/database.ts';

/** How many items may wait to be processed: beyond that, deliveries get 503. */
export interface InboxLimits {
  maxInboxItems: number;
  maxChannelInboxItems: number;
}

/** How many items wait, counted once in each transaction, and no further than to the limit. */
export class InboxRoom {
  readonly #limits: InboxLimits;
  readonly #waiting: Statement;
  readonly #channelWaiting: Statement;
  #inAll: number | null = null;
  readonly #inChannel = new Map<string, number>();

  constructor(database: Database, limits: InboxLimits) {
    this.#limits = limits;
    this.#waiting = database.prepare(
      'SELECT COUNT(*) AS count FROM (SELECT 1 FROM inbox WHERE is_done = 0 LIMIT ?)',
    );
    this.#channelWaiting = database.prepare(
      'SELECT COUNT(*) AS count FROM (SELECT 1 FROM inbox WHERE is_done = 0 AND channel = ? LIMIT ?)',
    );
  }

  /** Call it when a transaction begins: between two, items are processed, and other processes write. */
  recount(): void {
    this.#inAll = null;
    this.#inChannel.clear();
  }

  isFor(channel: string, added: number): boolean {
    const { maxInboxItems, maxChannelInboxItems } = this.#limits;
    return (
      this.#countAll() + added <= maxInboxItems && this.#countOf(channel) + added <= maxChannelInboxItems
    );
  }

  take(channel: string, added: number): void {
    this.#inAll = this.#countAll() + added;
    this.#inChannel.set(channel, this.#countOf(channel) + added);
  }

  #countAll(): number {
    this.#inAll ??= Number(this.#waiting.get(this.#limits.maxInboxItems)?.['count']);
    return this.#inAll;
  }

  #countOf(channel: string): number {
    const counted = this.#inChannel.get(channel);
    if (counted !== undefined) return counted;
    const count = Number(this.#channelWaiting.get(channel, this.#limits.maxChannelInboxItems)?.['count']);
    this.#inChannel.set(channel, count);
    return count;
  }
}
