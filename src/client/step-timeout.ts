import { NetworkError } from './errors.ts';

/** A timeout for each step of one exchange with the gateway. */
export class StepTimeout {
  readonly #timeoutMs: number;
  readonly #ending = new AbortController();
  /** For `fetch`: aborted by the caller's signal, by the timeout of a step, and by `end`. */
  readonly signal: AbortSignal;

  constructor(timeoutMs: number, signal?: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    this.signal = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal;
  }

  /**
   * @throws NetworkError when the step fails or times out
   * @throws the reason of the caller's signal
   */
  async waitFor<T>(step: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#ending.abort(new NetworkError(`The gateway timed out: no answer for ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    try {
      return await step;
    } catch (cause) {
      // The signal's reason tells a timeout from the caller's abort.
      this.signal.throwIfAborted();
      throw new NetworkError('The connection to the gateway failed or was closed', { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection. */
  end(): void {
    this.#ending.abort();
  }
}
