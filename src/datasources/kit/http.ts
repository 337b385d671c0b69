import { errors as undiciErrors } from 'undici';
import type { ChannelDependencies } from '../dependencies.ts';
import { BudgetSpentError, UpstreamError, type UpstreamFailure } from '../../errors/upstream-error.ts';
import type { CallBudget } from '../message-source.ts';
import type { Provider } from '../../domain/records.ts';
import type { Account } from './account.ts';
import { toStatusFailure, toTransportFailure } from './http-failure.ts';
import { parseProviderJson } from './json.ts';
import {
  noObserver,
  type CallOutcome,
  type RefusedCall,
  type UpstreamObserver,
} from '../../domain/upstream-calls.ts';
import type { QuotaLimits } from './quota.ts';
import { ResponseTooLongError, Transport, type HttpRequest } from './transport.ts';

export type { HttpRequest } from './transport.ts';

export interface HttpClientOptions {
  channel: string;
  provider: Provider;
  baseUrl: string;
  /** Names the account at the provider, whose limits all its channels share. */
  account: string;
  quota: QuotaLimits;
  /** How much longer than 8 MB an answer may be. */
  extraResponseBytes?: number;
}

/** What an HTTP client needs of a channel's dependencies. */
export type HttpDependencies = Pick<
  ChannelDependencies,
  'accounts' | 'callTimeoutMs' | 'clock' | 'connect' | 'observer'
>;

/** @param bytes the length of the answer */
type ReadAnswer<T> = (body: unknown, bytes: number) => T;

/** No page of history is longer: a page of a thousand long messages is shorter. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
/** A retry waits a random time up to this, so that calls which failed together do not return together. */
const MAX_PAUSE_MS = 300;
const NEVER = new AbortController().signal;

/** Exchanges JSON with one provider account, when the account allows a call. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #clock: HttpDependencies['clock'];
  readonly #observer: UpstreamObserver;
  readonly #account: Account;
  readonly #transport: Transport;

  constructor(options: HttpClientOptions, dependencies: HttpDependencies) {
    const { baseUrl, account, quota, extraResponseBytes = 0 } = options;
    const { accounts, callTimeoutMs, clock, connect, observer = noObserver } = dependencies;
    this.#options = options;
    this.#clock = clock;
    this.#observer = observer;
    this.#account = accounts.for(account, quota);
    this.#transport = new Transport({
      baseUrl,
      timeoutMs: callTimeoutMs,
      maxConnections: quota.maxConcurrent,
      clock,
      connect,
      maxResponseBytes: MAX_RESPONSE_BYTES + extraResponseBytes,
    });
  }

  /**
   * Makes one call, counted against `budget`; retries it once after a temporary failure (a broken connection, a 5xx,
   * its own "busy"). After timeouts and rate limits a retry would only take longer.
   *
   * @param read takes the parsed body of a 2xx answer, not yet checked, and its length; it may throw what `fail`
   * makes
   * @throws UpstreamError for anything but an answer that `read` accepts
   * @throws BudgetSpentError when `budget` has no calls or time left, or is aborted; a request that
   * `runsToCompletion` gets its answer also then, if it has left
   */
  async call<T>(request: HttpRequest, budget: CallBudget, read: ReadAnswer<T>): Promise<T> {
    try {
      return await this.#attempt(request, budget, read, false);
    } catch (error) {
      if (!isMomentary(error) || !this.#account.retries.spend()) throw error;
      await this.#clock.sleep(Math.ceil(Math.random() * MAX_PAUSE_MS), budget.signal);
      if (!this.#account.mayLeave(request.path)) throw error;
      return this.#attempt(request, budget, read, true);
    }
  }

  /** Creates an error with this client's channel and provider. */
  fail(failure: UpstreamFailure, cause?: unknown): UpstreamError {
    return new UpstreamError(this.#options.channel, this.#options.provider, failure, { cause });
  }

  badResponse(advice: string, cause?: unknown): UpstreamError {
    return this.fail({ code: 'UPSTREAM_BAD_RESPONSE', isRetryable: true, advice }, cause);
  }

  /** @throws UpstreamError with this advice when the answer is not what `parse` takes */
  checked<T>(parse: () => T, advice: string): T {
    try {
      return parse();
    } catch (cause) {
      throw this.badResponse(advice, cause);
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #attempt<T>(
    request: HttpRequest,
    budget: CallBudget,
    read: ReadAnswer<T>,
    isRetry: boolean,
  ): Promise<T> {
    const { provider, channel } = this.#options;
    const about = { provider, channel, operation: request.path };
    const began = this.#clock.monotonic();
    const dispatch: { at?: number } = {};
    const refuse = (reason: RefusedCall['reason'], failure: UpstreamFailure) => {
      this.#observer.refused({ ...about, reason });
      return this.fail(failure);
    };
    let outcome: CallOutcome = 'ABANDONED';
    try {
      const text = await this.#account.run({ operation: request.path, budget, refuse }, (onAnswer) => {
        dispatch.at = this.#clock.monotonic();
        if (!isRetry) this.#account.retries.earn();
        return this.#exchange(request, request.runsToCompletion ? NEVER : budget.signal, onAnswer);
      });
      const value = read(this.#parse(text), Buffer.byteLength(text));
      this.#account.note(request.path, null);
      outcome = 'OK';
      return value;
    } catch (error) {
      if (dispatch.at !== undefined && error instanceof UpstreamError) {
        this.#account.note(request.path, error.failure);
        outcome = error.code;
      }
      throw error;
    } finally {
      if (dispatch.at !== undefined) {
        const waitedMs = dispatch.at - began;
        this.#observer.called({
          ...about,
          outcome,
          waitedMs,
          durationMs: this.#clock.monotonic() - dispatch.at,
          isRetry,
        });
      }
    }
  }

  async #exchange(request: HttpRequest, givenUp: AbortSignal, onAnswer: () => void): Promise<string> {
    const { status, headers, text } = await this.#transport
      .exchange(request, givenUp, onAnswer)
      .catch((cause: unknown) => {
        throw this.#toError(cause, givenUp);
      });
    if (status >= 200 && status <= 299) return text;
    throw this.fail(toStatusFailure(status, headers['retry-after'], this.#clock.now()));
  }

  #toError(cause: unknown, givenUp: AbortSignal): unknown {
    if (cause instanceof ResponseTooLongError) return this.badResponse(cause.message, cause);
    // A bug of ours, not a failure of the provider.
    if (cause instanceof undiciErrors.InvalidArgumentError) return cause;
    const failure = toTransportFailure(cause);
    // The call was aborted, which says nothing about the provider.
    if (givenUp.aborted && failure.code !== 'UPSTREAM_TIMEOUT') return new BudgetSpentError();
    return this.fail(failure, cause);
  }

  #parse(text: string): unknown {
    try {
      return parseProviderJson(text);
    } catch (cause) {
      throw this.badResponse('The answer is not JSON', cause);
    }
  }
}

function isMomentary(error: unknown): boolean {
  return (
    error instanceof UpstreamError &&
    error.code === 'UPSTREAM_UNAVAILABLE' &&
    error.isRetryable &&
    error.retryAfterSeconds === null
  );
}
