import { allot, type Sharer } from '../../src/store/postgres/allot-quota.ts';
import type { QuotaDemand, QuotaLimits, QuotaShare, QuotaShares } from '../../src/store/store.ts';
import type { Clock } from '../../src/util/clock.ts';

const SHARE_MS = 10_000;

/** Shares of one account in memory, by the rules and with the pauses of those in PostgreSQL. */
export class MemoryQuotaShares {
  readonly #clock: Clock;
  readonly #transitMs: number;
  readonly #sharers = new Map<object, Sharer & { until: number }>();

  /** @param transitMs of a question to the store, and of its answer */
  constructor(clock: Clock, transitMs = 2) {
    this.#clock = clock;
    this.#transitMs = transitMs;
  }

  /** The shares as one process sees them. */
  forProcess(): QuotaShares {
    const holder = {};
    return {
      exchange: async (_, limits, demand) => {
        await this.#clock.sleep(this.#transitMs);
        const share = this.#exchange(holder, limits, demand);
        await this.#clock.sleep(this.#transitMs);
        return share;
      },
      leave: async (_, inMs) => {
        await this.#clock.sleep(this.#transitMs);
        const sharer = this.#sharers.get(holder);
        if (sharer) sharer.until = Math.min(sharer.until, this.#clock.monotonic() + inMs);
      },
    };
  }

  #exchange(holder: object, limits: QuotaLimits, demand: QuotaDemand): QuotaShare {
    const now = this.#clock.monotonic();
    for (const [one, { until }] of this.#sharers) if (until <= now) this.#sharers.delete(one);
    const others = [...this.#sharers].flatMap(([one, sharer]) => (one === holder ? [] : sharer));
    const { needed, callers } = demand;
    const { share, held, turn } = allot(limits, demand, others, this.#sharers.get(holder));
    this.#sharers.set(holder, { held, turn, needed, callers, until: now + SHARE_MS });
    return { ...share, goodForMs: SHARE_MS / 2 };
  }
}
