import { RequestError } from '../errors.ts';
import { ANYBODY, type Caller } from './caller.ts';

/** How many subscriptions each caller has open, over all its connections. */
export class SubscriptionSlots {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  /** @param most of one caller at a time; whoever needs no key may have any number */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @returns gives the slot back; more than once is as good as once
   * @throws RequestError `RATE_LIMITED` when the caller has none left
   */
  take(caller: Caller): () => void {
    if (caller === ANYBODY) return () => undefined;
    const { name } = caller;
    const count = this.#taken.get(name) ?? 0;
    if (count >= this.#most) {
      throw new RequestError(
        'RATE_LIMITED',
        `This key has ${count} subscriptions open and may have no more; end one, or follow several channels in one.`,
      );
    }
    this.#taken.set(name, count + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const rest = (this.#taken.get(name) ?? 1) - 1;
      if (rest > 0) this.#taken.set(name, rest);
      else this.#taken.delete(name);
    };
  }
}
