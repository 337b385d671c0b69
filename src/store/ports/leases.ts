/** Of a lease: what is written with it is written only as long as no other process has got the lease since. */
export interface Fence {
  readonly name: string;
  /** Grows from each holder to the next. */
  readonly token: number;
}

export interface Lease extends Fence {
  /** Aborted when this process must stop, while no other process may have begun yet. */
  readonly signal: AbortSignal;
}

/** Of a lease that this process holds, or waits for until it has it. */
export interface LeaseState {
  name: string;
  isHeld: boolean;
}

/**
 * What one process does at a time, of all that share the store. A process that dies or stalls loses its leases after some seconds.
 * Where a store belongs to one process, every lease is that process's at once.
 */
export interface Leases {
  /**
   * Does this whenever this process has the lease, until it lets it go.
   *
   * @param work ends soon after `lease.signal` is aborted, and does not fail
   * @returns lets the lease go, and waits until `work` has ended
   */
  hold(name: string, work: (lease: Lease) => Promise<void>): () => Promise<void>;
  /**
   * Waits for the lease, does this once, and lets it go.
   *
   * @throws the reason of `signal`, when that is aborted while it waits
   */
  take<T>(name: string, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T>;
  /** Of those of `hold`, for operators: each name once. */
  states(): LeaseState[];
}
