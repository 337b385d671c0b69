import type { Logger } from 'pino';
import type { QuotaDemand, QuotaLimits, QuotaShares } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import type { LimitsSource, QuotaUsage, QuotaUser } from './quota.ts';

/** How often a process says what it needs while it makes calls, and so keeps its share. */
const RENEW_EVERY_MS = 500;
/** The same while it has less than it needs, or uses more than its share: so soon a share moves to another process. */
const SETTLE_EVERY_MS = 100;
/** Beside what is needed, as a part of that: not every further call has to be asked for. */
const RESERVE = 0.5;
const NOTHING: QuotaLimits = { callsPerSecond: 0, maxConcurrent: 0 };

const NO_USAGE: QuotaUsage = { calls: 0, running: 0, queued: 0, callers: 0, quietInMs: 0 };

export interface SharedLimitsOptions {
  account: string;
  /** Of the account, for all processes together. */
  limits: QuotaLimits;
  shares: QuotaShares;
  clock: Clock;
  log: Logger;
}

/** This process's share of an account's limits, as large as its calls need; nothing while it makes none. */
export class SharedLimits implements LimitsSource {
  readonly #options: SharedLimitsOptions;
  readonly #closing = new AbortController();
  #user: QuotaUser = {
    usage: () => NO_USAGE,
    serve: () => undefined,
  };
  #share = NOTHING;
  /** Monotonic. */
  #goodUntil = -Infinity;
  #exchanging: Promise<void> | null = null;
  /** Ends the pause before the next exchange. */
  #wake = (): void => undefined;
  #isFailing = false;

  constructor(options: SharedLimitsOptions) {
    this.#options = options;
  }

  get limits(): QuotaLimits {
    return this.#options.clock.monotonic() < this.#goodUntil ? this.#share : NOTHING;
  }

  use(user: QuotaUser): void {
    this.#user = user;
  }

  update(): void {
    if (this.#closing.signal.aborted || isWithin(this.#demand().needed, this.#share)) return;
    if (this.#exchanging === null) this.#exchanging = this.#exchangeWhileNeeded();
    else this.#wake();
  }

  /** Leaves the share to other processes. Call it once no calls are made any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#exchanging;
    // It has never had one.
    if (this.#goodUntil === -Infinity) return;
    const { account, shares, log } = this.#options;
    try {
      await shares.leave(account, this.#user.usage().quietInMs);
    } catch (error) {
      log.warn({ err: error }, 'The share of a quota could not be left; it ends by itself');
    }
  }

  async #exchangeWhileNeeded(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      const asked = this.#demand();
      const isAnswered = await this.#exchange(asked);
      this.#user.serve();
      const share = this.#share;
      const { needed } = this.#demand();
      const isShort = !isWithin(needed, share);
      // What it has used, or might have used until the answer came, it keeps until it asks again.
      const hasMore = !isWithin(asked.inUse, share);
      if (signal.aborted || (isNothing(needed) && isNothing(share) && !hasMore)) break;
      // What was refused is asked for again in a while; what has been needed since, at once.
      const wasEnough = isAnswered && isWithin(asked.needed, share);
      if (isShort && wasEnough) continue;
      const pause = new AbortController();
      if (!isShort)
        this.#wake = () => {
          pause.abort();
        };
      const pauseMs = isShort || hasMore ? SETTLE_EVERY_MS : RENEW_EVERY_MS;
      await clock.sleep(pauseMs, AbortSignal.any([signal, pause.signal]));
      this.#wake = () => undefined;
    }
    this.#exchanging = null;
  }

  /** @returns whether there was an answer */
  async #exchange(demand: QuotaDemand): Promise<boolean> {
    const { account, limits, shares, clock, log } = this.#options;
    const asked = clock.monotonic();
    try {
      const { goodForMs, ...share } = await shares.exchange(account, limits, demand);
      this.#share = share;
      this.#goodUntil = asked + goodForMs;
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: error }, 'The share of a quota could not be asked for');
      this.#isFailing = true;
      return false;
    }
  }

  #demand(): QuotaDemand {
    const { limits } = this.#options;
    const { calls, running, queued, callers } = this.#user.usage();
    // Until the answer comes, calls go on within the share of before.
    const inUse = {
      callsPerSecond: Math.max(calls, this.limits.callsPerSecond),
      maxConcurrent: Math.max(running, this.limits.maxConcurrent),
    };
    const needed = atMost(limits, { callsPerSecond: calls + queued, maxConcurrent: running + queued });
    // One that has just made a call may soon make another.
    const concurrent = Math.max(needed.maxConcurrent, Math.min(calls, 1));
    const wanted = atMost(limits, {
      callsPerSecond: withReserve(needed.callsPerSecond),
      maxConcurrent: withReserve(concurrent),
    });
    return { inUse, needed, wanted, callers };
  }
}

function withReserve(needed: number): number {
  return needed + Math.ceil(needed * RESERVE);
}

function atMost(limits: QuotaLimits, { callsPerSecond, maxConcurrent }: QuotaLimits): QuotaLimits {
  return {
    callsPerSecond: Math.min(limits.callsPerSecond, callsPerSecond),
    maxConcurrent: Math.min(limits.maxConcurrent, maxConcurrent),
  };
}

function isWithin(a: QuotaLimits, b: QuotaLimits): boolean {
  return a.callsPerSecond <= b.callsPerSecond && a.maxConcurrent <= b.maxConcurrent;
}

function isNothing({ callsPerSecond, maxConcurrent }: QuotaLimits): boolean {
  return callsPerSecond === 0 && maxConcurrent === 0;
}
