import type { Random } from '../random.ts';

export interface TokenBookOptions {
  random: Random;
  /** Unix ms. */
  now: () => number;
  /** Characters. */
  length: number;
  lifeSeconds: number;
}

/** Tokens of one kind: given out, and good for a while. */
export class TokenBook {
  readonly #options: TokenBookOptions;
  /** Unix ms, by token. */
  readonly #ends = new Map<string, number>();

  constructor(options: TokenBookOptions) {
    this.#options = options;
  }

  issue(): string {
    const { random, now, length, lifeSeconds } = this.#options;
    const token = random.text(length);
    this.#ends.set(token, now() + lifeSeconds * 1000);
    return token;
  }

  stateOf(token: string): 'good' | 'ended' | 'unknown' {
    const end = this.#ends.get(token);
    if (end === undefined) return 'unknown';
    return this.#options.now() < end ? 'good' : 'ended';
  }

  /** The token is at its end before its time. */
  end(token: string): void {
    this.#ends.set(token, this.#options.now());
  }

  /** As if none had ever been given out. */
  revokeAll(): void {
    this.#ends.clear();
  }
}
