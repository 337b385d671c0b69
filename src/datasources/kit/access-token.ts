import { BudgetSpentError } from '../../errors/upstream-error.ts';
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

/** One access token, fetched once for all waiting calls, and again when it expires or is refused. */
export class AccessToken<Context extends { readonly activity: Activity }> {
  readonly #fetch: (context: Context) => Promise<IssuedToken>;
  readonly #clock: Clock;
  #current: { token: string; /** Monotonic. */ goodUntil: number } | null = null;
  #fetching: SharedWork<string> | null = null;

  constructor(fetch: (context: Context) => Promise<IssuedToken>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  async get(context: Context): Promise<string> {
    for (let hasJoined = false; ; hasJoined = true) {
      if (this.#current && this.#clock.monotonic() < this.#current.goodUntil) return this.#current.token;
      const fetching = this.#fetching;
      if (fetching === null) return this.#fetchShared(context);
      try {
        return await context.activity.whileShared(fetching);
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
    if (this.#current?.token === token) this.#current = null;
  }

  #fetchShared(context: Context): Promise<string> {
    const result = this.#renew(context).finally(() => {
      this.#fetching = null;
    });
    this.#fetching = { result, activity: context.activity };
    return result;
  }

  async #renew(context: Context): Promise<string> {
    const { token, expiresIn } = await this.#fetch(context);
    const life = expiresIn * 1000;
    this.#current = {
      token,
      goodUntil: this.#clock.monotonic() + Math.max(life - RENEW_BEFORE_END_MS, life / 2),
    };
    return token;
  }
}
