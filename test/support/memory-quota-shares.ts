import { toLimits } from '../../src/store/postgres/allot-quota.ts';
import { exchangeQuota, type QuotaState } from '../../src/store/postgres/exchange-quota.ts';
import type { QuotaLimits, QuotaShares } from '../../src/store/store.ts';
import type { Clock } from '../../src/util/clock.ts';

/** Shares of one account in memory, by the rules and with the pauses of those in PostgreSQL. */
export class MemoryQuotaShares {
  readonly #clock: Clock;
  readonly #transitMs: number;
  #state: QuotaState<object> = { rows: new Map(), rotation: [] };

  /** @param transitMs of a question to the store, and of its answer */
  constructor(clock: Clock, transitMs = 2) {
    this.#clock = clock;
    this.#transitMs = transitMs;
  }

  /** What all processes have. */
  get held(): QuotaLimits {
    const rows = [...this.#state.rows.values()];
    return toLimits((part) => rows.reduce((sum, { held }) => sum + held[part], 0));
  }

  /** The shares as one process sees them. */
  forProcess(): QuotaShares {
    const holder = {};
    return {
      exchange: async (_, limits, demand) => {
        await this.#clock.sleep(this.#transitMs);
        const now = this.#clock.monotonic();
        const { state, share } = exchangeQuota(this.#state, holder, limits, demand, now);
        this.#state = state;
        await this.#clock.sleep(this.#transitMs);
        return share;
      },
      leave: async (_, inMs) => {
        await this.#clock.sleep(this.#transitMs);
        const row = this.#state.rows.get(holder);
        if (row === undefined) return;
        const until = Math.min(row.until, this.#clock.monotonic() + inMs);
        this.#state = { ...this.#state, rows: new Map(this.#state.rows).set(holder, { ...row, until }) };
      },
    };
  }
}
