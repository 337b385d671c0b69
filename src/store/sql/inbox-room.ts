import type { SqlUnit } from '../sql.ts';
import type { InboxLimits } from '../store.ts';

interface Counts {
  all: number | null;
  channels: Map<string, number>;
}

/**
 * How many items wait, counted once in each transaction, and no further than to the limit. Where transactions of several
 * channels run side by side they do not see each other's items, so the limit of all channels may be exceeded by those.
 */
export class InboxRoom {
  readonly #limits: InboxLimits;
  /** Between two transactions items are processed, and other processes write. */
  readonly #counts = new WeakMap<object, Counts>();

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  async isFor(tx: SqlUnit, channel: string, added: number): Promise<boolean> {
    const { maxInboxItems, maxChannelInboxItems } = this.#limits;
    return (
      (await this.#countAll(tx)) + added <= maxInboxItems &&
      (await this.#countOf(tx, channel)) + added <= maxChannelInboxItems
    );
  }

  async take(tx: SqlUnit, channel: string, added: number): Promise<void> {
    const counts = this.#countsIn(tx);
    counts.all = (await this.#countAll(tx)) + added;
    counts.channels.set(channel, (await this.#countOf(tx, channel)) + added);
  }

  async #countAll(tx: SqlUnit): Promise<number> {
    const counts = this.#countsIn(tx);
    if (counts.all !== null) return counts.all;
    const [row] = await tx.all(
      'SELECT COUNT(*) AS count FROM (SELECT 1 FROM inbox WHERE is_done = 0 LIMIT $1) AS waiting',
      [this.#limits.maxInboxItems],
    );
    return (counts.all = Number(row?.['count']));
  }

  async #countOf(tx: SqlUnit, channel: string): Promise<number> {
    const { channels } = this.#countsIn(tx);
    const counted = channels.get(channel);
    if (counted !== undefined) return counted;
    const [row] = await tx.all(
      'SELECT COUNT(*) AS count FROM (SELECT 1 FROM inbox WHERE is_done = 0 AND channel = $1 LIMIT $2) AS waiting',
      [channel, this.#limits.maxChannelInboxItems],
    );
    const count = Number(row?.['count']);
    channels.set(channel, count);
    return count;
  }

  #countsIn({ transaction }: SqlUnit): Counts {
    const known = this.#counts.get(transaction);
    if (known) return known;
    const counts: Counts = { all: null, channels: new Map() };
    this.#counts.set(transaction, counts);
    return counts;
  }
}
