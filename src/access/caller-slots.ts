import { RequestError } from '../errors/request-error.ts';
import { ANONYMOUS, type Caller } from './caller.ts';

/** Limits how many of something each caller has open, over all its connections. */
export class CallerSlots {
  readonly #most: number;
  readonly #refusal: (count: number) => string;
  readonly #taken = new Map<string, number>();

  /**
   * @param most of one caller at a time; without authentication there is no limit
   * @param refusal the error message for a caller that has that many
   */
  constructor(most: number, refusal: (count: number) => string) {
    this.#most = most;
    this.#refusal = refusal;
  }

  /**
   * @returns releases the slot; calling it again has no effect
   * @throws RequestError `RATE_LIMITED` when the caller has no slot left
   */
  take(caller: Caller): () => void {
    if (caller === ANONYMOUS) return () => undefined;
    const { name } = caller;
    const count = this.#taken.get(name) ?? 0;
    if (count >= this.#most) {
      throw new RequestError('RATE_LIMITED', this.#refusal(count));
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
