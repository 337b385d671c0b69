import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { UnreachableStoreError } from '../../errors/store-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { SqlReader } from '../sql.ts';
import type { Lease, Leases, LeaseState } from '../store.ts';
import { acquire, LEASE_MS, release, renew } from './lease-table.ts';

const RENEW_EVERY_MS = 3_000;
/** How long before its end a holder stops that could not renew its lease. Clocks of two machines may run at slightly different speeds. */
const MARGIN_MS = 2_000;
/** How often one looks that waits until it has the lease. */
const LOOK_EVERY_MS = 1_000;
/** How often one is let go that could not be, since the store did not answer. */
const LET_GO_EVERY_MS = 500;
/** How often one looks for which a request waits. */
const ASK_EVERY_MS = 100;

/** Of a call of `hold`. */
interface Wish {
  name: string;
  /** Null while it waits. */
  lease: HeldLease | null;
}

interface Surroundings {
  clock: Clock;
  log: Logger;
}

/** Leases as rows of a table that all processes share, measured by the server's clock. */
export class PostgresLeases implements Leases {
  readonly #sql: SqlReader;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #wishes = new Set<Wish>();

  constructor(sql: SqlReader, { clock, log }: Surroundings) {
    this.#sql = sql;
    this.#clock = clock;
    this.#log = log;
  }

  hold(name: string, work: (lease: Lease) => Promise<void>): () => Promise<void> {
    const closing = new AbortController();
    const wish: Wish = { name, lease: null };
    this.#wishes.add(wish);
    const holding = this.#holdUntil(closing.signal, wish, work);
    return async () => {
      closing.abort();
      await holding;
      this.#wishes.delete(wish);
    };
  }

  states(): LeaseState[] {
    const states = new Map<string, boolean>();
    for (const { name, lease } of this.#wishes) {
      const isHeld = lease !== null && !lease.signal.aborted;
      // One may still be let go while the next one is waited for.
      states.set(name, isHeld || states.get(name) === true);
    }
    return [...states].map(([name, isHeld]) => ({ name, isHeld }));
  }

  async take<T>(name: string, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T> {
    const holder = randomUUID();
    for (;;) {
      signal.throwIfAborted();
      const asked = this.#clock.monotonic();
      const token = await acquire(this.#sql, name, holder);
      if (token !== null) return this.#use(new HeldLease(name, token, asked, this.#clock, signal), work);
      await this.#clock.sleep(ASK_EVERY_MS, signal);
    }
  }

  async #holdUntil(closing: AbortSignal, wish: Wish, work: (lease: Lease) => Promise<void>): Promise<void> {
    const { name } = wish;
    const holder = randomUUID();
    while (!closing.aborted) {
      try {
        const asked = this.#clock.monotonic();
        const token = await acquire(this.#sql, name, holder);
        if (token !== null) {
          wish.lease = new HeldLease(name, token, asked, this.#clock, closing);
          await this.#use(wish.lease, work);
        }
      } catch (error) {
        this.#log.warn({ err: error }, 'A lease could not be taken; the gateway tries again');
      }
      await this.#clock.sleep(LOOK_EVERY_MS, closing);
    }
  }

  async #use<T>(lease: HeldLease, work: (lease: Lease) => Promise<T>): Promise<T> {
    const renewing = this.#renew(lease);
    const watching = lease.watch();
    try {
      return await work(lease);
    } finally {
      lease.end();
      await Promise.all([renewing, watching]);
      await this.#letGo(lease);
    }
  }

  async #renew(lease: HeldLease): Promise<void> {
    for (;;) {
      await this.#clock.sleep(RENEW_EVERY_MS, lease.signal);
      if (lease.signal.aborted) return;
      const asked = this.#clock.monotonic();
      try {
        if (await renew(this.#sql, lease)) lease.extend(asked);
        else lease.end();
      } catch (error) {
        this.#log.warn(
          { err: error },
          'A lease could not be renewed; it ends by itself unless the next attempt succeeds',
        );
      }
    }
  }

  async #letGo(lease: HeldLease): Promise<void> {
    try {
      await release(this.#sql, lease);
    } catch (error) {
      this.#log.warn({ err: error }, 'A lease could not be let go; it ends by itself');
      void this.#letGoLater(lease);
    }
  }

  /** As soon as the store is back, so that others need not wait for its end. */
  async #letGoLater(lease: HeldLease): Promise<void> {
    while (this.#clock.monotonic() < lease.endsBy) {
      await this.#clock.sleep(LET_GO_EVERY_MS);
      try {
        await release(this.#sql, lease);
        return;
      } catch (error) {
        // Such as a store that is closed meanwhile.
        if (!(error instanceof UnreachableStoreError)) return;
      }
    }
  }
}

class HeldLease implements Lease {
  readonly name: string;
  readonly token: number;
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  #goodUntil = 0;

  /** @param asked monotonic: just before it was asked for, so not after the server began to count */
  constructor(name: string, token: number, asked: number, clock: Clock, closing: AbortSignal) {
    this.name = name;
    this.token = token;
    this.#clock = clock;
    this.signal = AbortSignal.any([closing, this.#ending.signal]);
    this.extend(asked);
  }

  /** Monotonic: the server has ended it by then. */
  get endsBy(): number {
    return this.#goodUntil + MARGIN_MS;
  }

  extend(asked: number): void {
    this.#goodUntil = Math.max(this.#goodUntil, asked + LEASE_MS - MARGIN_MS);
  }

  end(): void {
    this.#ending.abort();
  }

  /** Ends it when it was not renewed in time, also while a renewal hangs. */
  async watch(): Promise<void> {
    while (!this.signal.aborted) {
      const left = this.#goodUntil - this.#clock.monotonic();
      if (left <= 0) this.end();
      else await this.#clock.sleep(left, this.signal);
    }
  }
}
