import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import { Activity } from '../datasources/activity.ts';
import { Freshness } from './freshness.ts';
import type { Background, CallBudget } from '../datasources/call-budget.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { MOST_OWN_WAIT_MS } from '../domain/upstream-calls.ts';

export interface RequestLimits {
  upstreamCallsPerRequest: number;
  requestTimeoutMs: number;
}

/** Reserved for assembling the answer. */
const RENDERING_SHARE = 0.05;
/** The first timeout of a source, as a share; the remaining time is for the others to fill the page. */
const FIRST_TIMEOUT_SHARE = 0.6;
/** A source that has not answered for so long has timed out; with less, the request just ran out of time. */
const IDLE_TIMEOUT_SHARE = 0.35;
/** Reading cached pages does no I/O, so other work would not run in between; it yields this often. */
const YIELD_EVERY_MS = 20;
/** Time for five calls one after the other, each of which waits until it is due. */
const LEAST_OWN_TIMEOUT_MS = 6 * MOST_OWN_WAIT_MS;

/**
 * The budget of the gateway's own work. It answers no request, so it has a minute even where requests have less.
 *
 * @param background null: the work cannot wait
 */
export function createOwnBudget(
  limits: RequestLimits,
  clock: Clock,
  background: Background | null = null,
): RequestBudget {
  const requestTimeoutMs = Math.max(limits.requestTimeoutMs, LEAST_OWN_TIMEOUT_MS);
  return new RequestBudget({ ...limits, requestTimeoutMs }, clock, null, undefined, background);
}

/** The budget of one request: calls to providers, shared by all its fields, and time. */
export class RequestBudget {
  /** Unix ms. */
  readonly arrivedAt: number;
  /** Monotonic: answers after that are left out. */
  readonly deadline: number;
  /** The caller, for the fair queues of the providers' quotas; null: the gateway itself. */
  readonly caller: string | null;
  readonly background: Background | null;
  readonly #limits: RequestLimits;
  readonly #clock: Clock;
  readonly #freshness: Freshness;
  readonly #accesses = new Map<string, ChannelBudget>();
  #callsLeft: number;
  readonly #beganAt: number;
  #lastYieldAt: number;
  #yielding: Promise<void> | null = null;
  #lastWork: Promise<unknown> = Promise.resolve();
  #isAborted = false;
  /** Made when it is asked for. */
  #aborting: AbortController | null = null;

  /** @param freshness left out: nothing that was fetched before the request shows the present */
  constructor(
    limits: RequestLimits,
    clock: Clock,
    caller: string | null = 'anonymous',
    freshness = new Freshness(0, clock),
    background: Background | null = null,
  ) {
    this.caller = caller;
    this.background = background;
    this.#limits = limits;
    this.#clock = clock;
    this.#freshness = freshness;
    this.arrivedAt = latestNow(clock);
    this.#beganAt = clock.monotonic();
    this.#lastYieldAt = this.#beganAt;
    this.deadline = this.#beganAt + limits.requestTimeoutMs * (1 - RENDERING_SHARE);
    this.#callsLeft = limits.upstreamCallsPerRequest;
  }

  /** The budget of one channel, the same object each time. */
  forChannel(channel: string): ChannelBudget {
    let budget = this.#accesses.get(channel);
    if (!budget) {
      budget = new ChannelBudget(
        this,
        () => {
          this.#spend();
        },
        this.#clock,
        (time) => this.#freshness.since(channel, time),
      );
      this.#accesses.set(channel, budget);
    }
    return budget;
  }

  /** Calls to providers, of all channels together. */
  get callsMade(): number {
    return this.#limits.upstreamCallsPerRequest - this.#callsLeft;
  }

  /** Whether the request has timed out or was aborted. */
  get isOver(): boolean {
    return this.#isAborted || this.#clock.monotonic() >= this.deadline;
  }

  /** Milliseconds until it has timed out; 0: it has, or was aborted. */
  get msLeft(): number {
    return this.#isAborted ? 0 : Math.max(0, this.deadline - this.#clock.monotonic());
  }

  /** Aborted when it is. */
  get signal(): AbortSignal {
    this.#aborting ??= new AbortController();
    if (this.#isAborted) this.#aborting.abort();
    return this.#aborting.signal;
  }

  /** The caller has disconnected: calls in flight are aborted, and none is begun. */
  abort(): void {
    this.#isAborted = true;
    this.#aborting?.abort();
    for (const budget of this.#accesses.values()) budget.abort();
  }

  /** Yields to the event loop, if this request has blocked it for long. */
  async yieldToEventLoop(): Promise<void> {
    if (this.#clock.monotonic() - this.#lastYieldAt < YIELD_EVERY_MS) return;
    // All fields of the request wait together: one after the other, each would take as long again.
    this.#yielding ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#yielding = null;
        this.#lastYieldAt = this.#clock.monotonic();
        resolve();
      });
    });
    await this.#yielding;
  }

  /** Does work that costs processor time once what was handed in before is done, and yields to the event loop in between. */
  enqueueWork<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#lastWork.then(async () => {
      await this.yieldToEventLoop();
      return work();
    });
    // What fails is the failure of its own field alone.
    this.#lastWork = done.catch(() => null);
    return done;
  }

  /**
   * Calls a channel for something other than a list of messages.
   *
   * @throws UpstreamError `UPSTREAM_TIMEOUT` when it does not answer in time
   */
  async ask<T>(channel: ChatChannel, question: (budget: CallBudget) => Promise<T>): Promise<T> {
    try {
      return await this.read(channel, question);
    } catch (error) {
      throw error instanceof BudgetSpentError && this.#clock.monotonic() >= this.deadline
        ? timedOut(channel)
        : error;
    }
  }

  /**
   * Waits for a read, with a timeout: a provider without activity when most of the request's time is gone has timed out;
   * one that still answers call after call may continue until the deadline.
   *
   * @throws UpstreamError `UPSTREAM_TIMEOUT` after a long time without activity
   * @throws BudgetSpentError when the request's own time is over
   */
  async read<T>(channel: ChatChannel, read: (budget: CallBudget) => Promise<T>): Promise<T> {
    const { requestTimeoutMs } = this.#limits;
    const budget = this.forChannel(channel.name);
    const began = this.#clock.monotonic();
    const reading = read(budget);
    const firstTimeout = this.#beganAt + requestTimeoutMs * FIRST_TIMEOUT_SHARE;
    const idleTimeoutMs = requestTimeoutMs * IDLE_TIMEOUT_SHARE;
    const timesOutAt = (): number => Math.max(began, budget.activity.lastAt) + idleTimeoutMs;
    for (;;) {
      const waitUntil = Math.min(this.deadline, Math.max(firstTimeout, timesOutAt()));
      const winner = await raceTimeout(reading, waitUntil - this.#clock.monotonic());
      if (winner !== TIMEOUT) return winner;
      const now = this.#clock.monotonic();
      if (timesOutAt() <= now) {
        budget.abort(new DOMException('The provider timed out', 'TimeoutError'));
        throw timedOut(channel);
      }
      if (now >= this.deadline) throw new BudgetSpentError();
    }
  }

  #spend(): void {
    if (this.#callsLeft <= 0) throw new BudgetSpentError();
    this.#callsLeft--;
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

/** The error of a channel that did not answer while there was time. */
function timedOut({ name, provider }: ChatChannel): UpstreamError {
  return new UpstreamError(name, provider, {
    code: 'UPSTREAM_TIMEOUT',
    isRetryable: true,
    advice: 'The provider timed out',
  });
}

/** A budget that knows how often and when it was used. */
export class ChannelBudget implements CallBudget {
  readonly arrivedAt: number;
  readonly deadline: number;
  readonly caller: string | null;
  readonly background: Background | null;
  readonly freshSince: (time: number) => number;
  readonly #request: RequestBudget;
  readonly #spend: () => void;
  /** Made when it is asked for: nothing that is in memory waits for a signal. */
  #abort: AbortController | null = null;
  #aborted: { reason?: DOMException } | null = null;
  readonly activity: Activity;
  calls = 0;

  constructor(
    requestBudget: RequestBudget,
    spend: () => void,
    clock: Clock,
    freshSince: (time: number) => number,
  ) {
    this.arrivedAt = requestBudget.arrivedAt;
    this.deadline = requestBudget.deadline;
    this.caller = requestBudget.caller;
    this.background = requestBudget.background;
    this.#request = requestBudget;
    this.freshSince = freshSince;
    this.#spend = spend;
    this.activity = new Activity(clock, this.background !== null);
  }

  get isOver(): boolean {
    return this.#aborted !== null || this.#request.isOver;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#aborted) this.#abort.abort(this.#aborted.reason);
    }
    return this.#abort.signal;
  }

  spend(): void {
    if (this.isOver) throw new BudgetSpentError();
    this.#spend();
    this.activity.called();
    this.calls++;
  }

  /**
   * Aborts the calls in flight, so that nothing else waits for them.
   *
   * @param reason a `TimeoutError` when the provider has timed out; left out: the answer is not wanted any more
   */
  abort(reason?: DOMException): void {
    this.#aborted ??= reason ? { reason } : {};
    this.#abort?.abort(reason);
  }
}
