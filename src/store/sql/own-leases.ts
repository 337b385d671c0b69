import type { Lease, Leases, LeaseState } from '../store.ts';

/** Of a store that belongs to one process: it has every lease at once. */
export class OwnLeases implements Leases {
  readonly #held = new Set<{ name: string }>();

  hold(name: string, work: (lease: Lease) => Promise<void>): () => Promise<void> {
    const ending = new AbortController();
    const held = { name };
    this.#held.add(held);
    const working = work({ name, token: 0, signal: ending.signal });
    return async () => {
      ending.abort();
      await working;
      this.#held.delete(held);
    };
  }

  take<T>(name: string, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T> {
    return work({ name, token: 0, signal });
  }

  states(): LeaseState[] {
    const names = new Set([...this.#held].map(({ name }) => name));
    return [...names].map((name) => ({ name, isHeld: true }));
  }
}
