import type { Lease, Leases } from '../store.ts';

/** Of a store that belongs to one process: it has every lease at once. */
export class OwnLeases implements Leases {
  hold(name: string, work: (lease: Lease) => Promise<void>): () => Promise<void> {
    const ending = new AbortController();
    const working = work({ name, token: 0, signal: ending.signal });
    return async () => {
      ending.abort();
      await working;
    };
  }

  take<T>(name: string, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T> {
    return work({ name, token: 0, signal });
  }
}
