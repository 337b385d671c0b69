import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { AccessTokens, GoodToken, QuotaCaller } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import type { Activity, SharedWork } from '../activity.ts';
import type { Credential } from './credential.ts';

export interface IssuedToken {
  token: string;
  /** Seconds from now, as the provider said. */
  expiresIn: number;
}

/**
 * The gateway replaces a token this long before it expires, so that a call that is just leaving does not outlive it.
 */
const RENEW_BEFORE_END_MS = 60_000;

/** For whom a token is fetched. */
export interface TokenContext {
  readonly activity: Activity;
  /** Of the request; null: the gateway itself. */
  readonly caller: QuotaCaller;
  /** Aborted when the token is no longer wanted. */
  readonly signal: AbortSignal;
}

/** Of processes that use the same tokens. */
export interface TokenSharing {
  /** Tells the token from all others. */
  account: string;
  /** Null: there are no other processes. */
  tokens: AccessTokens | null;
}

/** One access token, fetched once for all waiting calls, and again when it expires or is refused. */
export class AccessToken<Context extends TokenContext> {
  readonly #fetch: (context: Context) => Promise<IssuedToken>;
  readonly #clock: Clock;
  readonly #sharing: TokenSharing;
  /** The last that the provider refused. */
  #refused: string | null = null;
  #current: { token: string; /** Monotonic. */ goodUntil: number } | null = null;
  #fetching: SharedWork<string> | null = null;

  constructor(fetch: (context: Context) => Promise<IssuedToken>, clock: Clock, sharing: TokenSharing) {
    this.#fetch = fetch;
    this.#clock = clock;
    this.#sharing = sharing;
  }

  async get(context: Context): Promise<string> {
    for (let hasJoined = false; ; hasJoined = true) {
      if (this.#current && this.#clock.monotonic() < this.#current.goodUntil) return this.#current.token;
      const fetching = this.#fetching;
      if (fetching === null) return this.#fetchShared(context);
      try {
        return await context.activity.whileShared(fetching, context.caller);
      } catch (error) {
        // The other request ran out of budget, or its provider may be back by now: this one tries itself.
        if (hasJoined && !(error instanceof BudgetSpentError)) throw error;
      }
    }
  }

  /** What one request's calls are made with. */
  for(context: Context): Credential {
    return {
      get: () => this.get(context),
      refuse: (token) => {
        this.refuse(token);
      },
    };
  }

  /** Drops a token that the provider refused, unless it has been replaced meanwhile. */
  refuse(token: string): void {
    if (this.#current?.token !== token) return;
    this.#current = null;
    this.#refused = token;
  }

  #fetchShared(context: Context): Promise<string> {
    const result = this.#renew(context).finally(() => {
      this.#fetching = null;
    });
    this.#fetching = { result, activity: context.activity };
    return result;
  }

  async #renew(context: Context): Promise<string> {
    const asked = this.#clock.monotonic();
    const { token, goodForMs } = await this.#findOrMake(context);
    // Of a new one as long as it took to get it is lost, which is less than it is replaced early.
    this.#current = { token, goodUntil: asked + goodForMs };
    return token;
  }

  async #findOrMake(context: Context): Promise<GoodToken> {
    const { account, tokens } = this.#sharing;
    if (tokens === null) return this.#make(context);
    try {
      return await tokens.get(account, this.#refused, context.signal, () => this.#make(context));
    } catch (error) {
      const isOver = context.signal.aborted && error === context.signal.reason;
      throw isOver ? new BudgetSpentError() : error;
    }
  }

  async #make(context: Context): Promise<GoodToken> {
    const { token, expiresIn } = await this.#fetch(context);
    const life = expiresIn * 1000;
    return { token, goodForMs: Math.max(life - RENEW_BEFORE_END_MS, life / 2) };
  }
}
