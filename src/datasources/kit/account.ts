import type { Logger } from 'pino';
import { BudgetSpentError, type UpstreamError, type UpstreamFailure } from '../../errors/upstream-error.ts';
import type { QuotaShares } from '../../store/store.ts';
import type { CallBudget } from '../message-source.ts';
import { Circuit } from './circuit.ts';
import type { Clock } from '../../util/clock.ts';
import { Cooldowns } from './cooldowns.ts';
import type { AccountState, RefusedCall, UpstreamAccounts } from '../../domain/upstream-calls.ts';
import { Quota, type BackgroundCall, type LimitsSource, type QuotaLimits, type Permit } from './quota.ts';
import { RetryBudget } from './retry-budget.ts';
import { SharedLimits } from './shared-limits.ts';

/** A call that waits for permission to leave. */
export interface AccountCall {
  /** Some limits are per operation. */
  operation: string;
  budget: CallBudget;
  /** Creates the error for a call that must not leave. */
  refuse: (reason: RefusedCall['reason'], failure: UpstreamFailure) => UpstreamError;
}

/** A timer cannot be set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One account at a provider: decides whether and when a call may leave. */
export class Account {
  readonly name: string;
  readonly retries = new RetryBudget();
  readonly #clock: Clock;
  readonly #quota: Quota;
  readonly #cooldowns: Cooldowns;
  readonly #circuit: Circuit;

  constructor(name: string, limits: QuotaLimits | LimitsSource, clock: Clock) {
    this.name = name;
    this.#clock = clock;
    this.#quota = new Quota(limits, clock);
    this.#cooldowns = new Cooldowns(clock);
    this.#circuit = new Circuit(clock, () => {
      this.#quota.recheck();
    });
  }

  /**
   * Makes a call as soon as quota, cooldowns and circuit breaker allow it, if that is before the budget's deadline.
   *
   * @param leave makes the exchange, and says when the answer begins; it throws `UPSTREAM_TIMEOUT` or
   * `UPSTREAM_UNAVAILABLE` when the provider is out of order
   * @throws UpstreamError what `call.refuse` makes when it may not leave in time, or what `leave` throws
   * @throws BudgetSpentError when the budget has no calls or time left
   */
  async run<T>(call: AccountCall, leave: (onAnswer: () => void) => Promise<T>): Promise<T> {
    for (;;) {
      const permit = await call.budget.activity.whileQueued(this.#enter(call));
      // The waiter before may have become the trial call of the circuit breaker.
      if (!this.mayLeave(call.operation)) {
        permit.cancel();
        continue;
      }
      try {
        call.budget.spend();
      } catch (error) {
        permit.cancel();
        throw error;
      }
      try {
        return await this.#circuit.run(() =>
          leave(() => {
            permit.answered();
          }),
        );
      } finally {
        permit.end();
      }
    }
  }

  /** Whether only the quota could delay a call now. */
  mayLeave(operation: string): boolean {
    return this.#circuit.cooldownMs === 0 && this.#cooldowns.cooldownOf(operation) === null;
  }

  /** The outcome of a call that has left. */
  note(operation: string, failure: UpstreamFailure | null): void {
    if (failure === null) {
      this.#cooldowns.noteSuccess(operation);
    } else {
      this.#cooldowns.noteFailure(operation, failure);
      this.#quota.recheck();
    }
  }

  state(): AccountState {
    const { cooldownMs } = this.#cooldowns;
    return {
      account: this.name,
      ...this.#quota.state(),
      circuit: this.#circuit.state,
      closedUntil: cooldownMs > 0 ? Math.ceil(this.#clock.now() + cooldownMs) : null,
    };
  }

  async #enter(call: AccountCall): Promise<Permit> {
    const { operation, budget } = call;
    const signal = this.#signalOf(budget);
    for (;;) {
      if (budget.isOver) throw new BudgetSpentError();
      await this.#waitForCooldown(call, signal);
      const permit = await this.#quota.enter({
        get caller() {
          return budget.activity.hurriedBy ?? budget.caller;
        },
        background: toBackground(budget),
        signal,
        isAdmitted: () => !budget.isOver && this.mayLeave(operation),
      });
      if (permit === 'QUEUE_FULL') throw call.refuse(permit, this.#toQueueFull());
      if (permit !== 'REJECTED') return permit;
    }
  }

  /** Waits for a reset within the deadline; a later one is an error. */
  async #waitForCooldown({ operation, budget, refuse }: AccountCall, signal: AbortSignal): Promise<void> {
    const { cooldownMs } = this.#circuit;
    if (cooldownMs > 0) {
      throw refuse('CIRCUIT_OPEN', {
        code: 'UPSTREAM_UNAVAILABLE',
        isRetryable: true,
        retryAfterSeconds: Math.ceil(cooldownMs / 1000),
        advice:
          'The circuit breaker is open: the provider has not answered lately; one call a second tries it',
      });
    }
    const cooldown = this.#cooldowns.cooldownOf(operation);
    if (cooldown === null) return;
    const now = this.#clock.monotonic();
    // Waiting does not help against these.
    if (cooldown.until >= budget.deadline || !cooldown.failure.isRetryable) {
      const retryAfterSeconds = Math.ceil((cooldown.resetAt - now) / 1000);
      throw refuse('COOLDOWN', {
        ...cooldown.failure,
        ...(cooldown.failure.isRetryable ? { retryAfterSeconds } : {}),
      });
    }
    await this.#clock.sleep(cooldown.until - now, signal);
  }

  /** Aborted when the request is aborted or times out. */
  #signalOf({ signal, deadline }: CallBudget): AbortSignal {
    const leftMs = Math.ceil(Math.min(deadline - this.#clock.monotonic(), LONGEST_TIMER_MS));
    return leftMs > 0 ? AbortSignal.any([signal, this.#clock.timeout(leftMs)]) : signal;
  }

  #toQueueFull(): UpstreamFailure {
    return {
      code: 'UPSTREAM_RATE_LIMITED',
      isRetryable: true,
      retryAfterSeconds: 1,
      advice: 'Too many calls wait in the queue of this account: request less at once',
    };
  }
}

function toBackground({ background, activity }: CallBudget): BackgroundCall | null {
  return background && activity.isInBackground ? { ...background, hurried: activity.hurried } : null;
}

/** What accounts are shared by, of processes on one store. */
export interface Sharing {
  shares: QuotaShares;
  log: Logger;
}

/** Hands out one account per name, however many channels use it. */
export class Accounts implements UpstreamAccounts {
  readonly #clock: Clock;
  readonly #sharing: Sharing | null;
  readonly #byName = new Map<string, Account>();
  readonly #sharedLimits: SharedLimits[] = [];

  /** @param sharing null: no other process uses these accounts */
  constructor(clock: Clock, sharing: Sharing | null = null) {
    this.#clock = clock;
    this.#sharing = sharing;
  }

  /** @param name of the account: the provider, and its id there; the first limits given for it apply */
  for(name: string, limits: QuotaLimits): Account {
    let account = this.#byName.get(name);
    if (!account) {
      account = new Account(name, this.#limitsOf(name, limits), this.#clock);
      this.#byName.set(name, account);
    }
    return account;
  }

  states(): AccountState[] {
    return [...this.#byName.values()].map((account) => account.state());
  }

  /** Leaves the quotas to other processes. Call it once no calls are made any more. */
  async close(): Promise<void> {
    await Promise.all(this.#sharedLimits.map((shared) => shared.close()));
  }

  #limitsOf(account: string, limits: QuotaLimits): QuotaLimits | LimitsSource {
    if (this.#sharing === null) return limits;
    const { background: clock = this.#clock } = this.#clock;
    const shared = new SharedLimits({ ...this.#sharing, account, limits, clock });
    this.#sharedLimits.push(shared);
    return shared;
  }
}
