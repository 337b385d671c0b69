import { BudgetSpentError } from '../datasources/errors.ts';
import type { Clock } from '../datasources/kit/clock.ts';
import type { Access } from '../datasources/message-source.ts';

export interface RequestLimits {
  upstreamCallsPerRequest: number;
  requestTimeoutMs: number;
}

/** Left for putting the answer together. */
const RENDERING_SHARE = 0.05;
/** How long a silent source is waited for, at first. The rest of the time is for the others to fill the page. */
const PATIENCE_SHARE = 0.6;
/** A source that has been silent for so long has failed; with less, the request just ran out of time. */
const SILENCE_SHARE = 0.2;

/** What one request may use: calls to providers, shared by all its fields, and time. */
export class RequestScope {
  readonly arrivedAt: number;
  /** Unix ms: whatever has not answered by then is left out of the answer. */
  readonly deadline: number;
  readonly #limits: RequestLimits;
  readonly #clock: Clock;
  readonly #accesses = new Map<string, CountedAccess>();
  #callsLeft: number;

  constructor(limits: RequestLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.arrivedAt = clock.now();
    this.deadline = this.arrivedAt + limits.requestTimeoutMs * (1 - RENDERING_SHARE);
    this.#callsLeft = limits.upstreamCallsPerRequest;
  }

  /** The access to one channel, the same object each time. */
  access(channel: string): CountedAccess {
    let access = this.#accesses.get(channel);
    if (!access) {
      access = new CountedAccess(this.arrivedAt, () => this.#spend());
      this.#accesses.set(channel, access);
    }
    return access;
  }

  /**
   * Waits for a read, but not for ever: a provider that is silent when most of the request's time is gone has failed,
   * one that still answers call after call may go on until the deadline.
   *
   * @returns what `read` brought; `silent` when the provider has not stirred for long; `late` when time just ran out
   */
  async within<T>(access: CountedAccess, read: Promise<T>): Promise<T | 'silent' | 'late'> {
    const { requestTimeoutMs } = this.#limits;
    const began = this.#clock.now();
    const patience = this.arrivedAt + requestTimeoutMs * PATIENCE_SHARE;
    const silenceMs = requestTimeoutMs * SILENCE_SHARE;
    for (;;) {
      const silentAt = Math.max(patience, Math.max(began, access.lastCallAt) + silenceMs);
      const until = Math.min(this.deadline, silentAt);
      const winner = await raceTimeout(read, until - this.#clock.now());
      if (winner !== TIMEOUT) return winner;
      const hasStirred = Math.max(began, access.lastCallAt) + silenceMs > this.#clock.now();
      if (!hasStirred) return 'silent';
      if (this.#clock.now() >= this.deadline) return 'late';
    }
  }

  #spend(): number {
    const now = this.#clock.now();
    if (this.#callsLeft <= 0 || now >= this.deadline) throw new BudgetSpentError();
    this.#callsLeft--;
    return now;
  }
}

const TIMEOUT = Symbol('timeout');

async function raceTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof TIMEOUT> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof TIMEOUT>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, Math.ceil(milliseconds)), TIMEOUT);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** An access that knows how often and when it was used. */
export class CountedAccess implements Access {
  readonly arrivedAt: number;
  readonly #spend: () => number;
  calls = 0;
  /** Unix ms; 0 when there was no call. */
  lastCallAt = 0;

  constructor(arrivedAt: number, spend: () => number) {
    this.arrivedAt = arrivedAt;
    this.#spend = spend;
  }

  spend(): void {
    this.lastCallAt = this.#spend();
    this.calls++;
  }
}
