/** A delivery that was acknowledged is followed to the subscribers within this time, even when its gateway was killed. */
const LOST_AFTER_MS = 30_000;

export interface Counts {
  acknowledged: number;
  /** Of the acknowledged ones, those that each subscriber has seen. */
  seen: number[];
  /** Acknowledged, and not seen by a subscriber, for longer than it may take. */
  lost: number;
  /** Seen a second time by a subscriber. */
  doubled: number;
  /** Seen by a subscriber at another place than by the others. */
  misplaced: number;
}

/** Which messages were acknowledged to the provider, and which of them each subscriber has seen. */
export class Ledger {
  readonly #monotonic: () => number;
  /** When each was acknowledged. */
  readonly #acknowledged = new Map<string, number>();
  readonly #subscribers: Subscriber[];
  /** The order in which the first subscriber to see them has seen them. */
  readonly #order: string[] = [];
  #doubled = 0;
  #misplaced = 0;

  constructor(subscribers: number, monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#subscribers = Array.from({ length: subscribers }, () => ({
      seen: new Set<string>(),
      awaited: new Set<string>(),
    }));
  }

  acknowledge(id: string): void {
    this.#acknowledged.set(id, this.#monotonic());
    for (const { seen, awaited } of this.#subscribers) if (!seen.has(id)) awaited.add(id);
  }

  see(subscriber: number, id: string): void {
    const own = this.#subscribers[subscriber];
    if (own === undefined) throw new Error(`There is no subscriber ${subscriber}`);
    if (own.seen.has(id)) {
      this.#doubled++;
      return;
    }
    const place = own.seen.size;
    own.seen.add(id);
    own.awaited.delete(id);
    const expected = (this.#order[place] ??= id);
    if (expected !== id) this.#misplaced++;
  }

  /** Whether every subscriber has seen all that was acknowledged. */
  get isComplete(): boolean {
    return this.#subscribers.every(({ awaited }) => awaited.size === 0);
  }

  /** @param isOver nothing will follow any more: what was not seen is lost */
  count(isOver = false): Counts {
    const before = isOver ? Infinity : this.#monotonic() - LOST_AFTER_MS;
    const lost = new Set<string>();
    for (const { awaited } of this.#subscribers) {
      for (const id of awaited) {
        // In the order of their acknowledgement.
        if ((this.#acknowledged.get(id) ?? Infinity) > before) break;
        lost.add(id);
      }
    }
    return {
      acknowledged: this.#acknowledged.size,
      seen: this.#subscribers.map(({ awaited }) => this.#acknowledged.size - awaited.size),
      lost: lost.size,
      doubled: this.#doubled,
      misplaced: this.#misplaced,
    };
  }
}

interface Subscriber {
  seen: Set<string>;
  /** Acknowledged and not yet seen. */
  awaited: Set<string>;
}
