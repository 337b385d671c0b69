import { NetworkError } from './errors.ts';

/** Waits for one exchange with the gateway, each step of it no longer than a time. */
export class Patience {
  readonly #timeoutMs: number;
  readonly #ending = new AbortController();
  /** For `fetch`: aborted by the caller's signal, when a step takes too long, and by `end`. */
  readonly signal: AbortSignal;

  constructor(timeoutMs: number, signal?: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    this.signal = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal;
  }

  /**
   * @throws NetworkError when the step fails or takes too long
   * @throws the reason of the caller's signal
   */
  async waitFor<T>(step: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#ending.abort(new NetworkError(`The gateway was silent for ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    try {
      return await step;
    } catch (cause) {
      // Whichever of the two it was, the signal knows the reason.
      this.signal.throwIfAborted();
      throw new NetworkError('The connection to the gateway failed or broke off', { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets go of the connection. */
  end(): void {
    this.#ending.abort();
  }
}
