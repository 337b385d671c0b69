import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Authenticator } from './access/authenticator.ts';
import type { Caller } from './access/caller.ts';
import { RequestError } from './errors.ts';
import type { OperationGuard, Verdict } from './operation/operation-guard.ts';
import { readParameters } from './operation/parameters.ts';
import type { TrustedDocuments } from './operation/trusted-documents.ts';

const WINDOW_SECONDS = 60;

export class RateLimitedError extends RequestError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED', `This key has made its requests for now; ask again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A request that may be executed, or that GraphQL itself refuses. */
export interface AdmittedRequest {
  /** Its parameters, as they were sent. */
  received: Readonly<Record<string, unknown>>;
  /** The document, whether it was sent or named; null when there is none. */
  query: string | null;
  /** Null without a document. */
  verdict: Verdict | null;
}

/** What every operation has to pass before it is executed, by whichever way it comes. */
export class Admission {
  readonly authenticator: Authenticator;
  readonly #guard: OperationGuard;
  readonly #documents: TrustedDocuments | null;
  readonly #rates: RateLimiterMemory;

  constructor(
    authenticator: Authenticator,
    guard: OperationGuard,
    documents: TrustedDocuments | null,
    requestsPerMinute: number,
  ) {
    this.authenticator = authenticator;
    this.#guard = guard;
    this.#documents = documents;
    this.#rates = new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_SECONDS });
  }

  /** @throws RateLimitedError */
  async countRequest({ name }: Caller): Promise<void> {
    if (this.authenticator.isOpen) return;
    try {
      await this.#rates.consume(name);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw new RateLimitedError(Math.max(1, Math.ceil(reason.msBeforeNext / 1000)));
    }
  }

  /**
   * Checks a request, as it was sent.
   *
   * @param received the parameters of GraphQL over HTTP, or the payload of a `subscribe` message
   * @throws RequestError
   */
  admit(received: Readonly<Record<string, unknown>>, caller: Caller): AdmittedRequest {
    const { query: sent, documentId, operationName, variables } = readParameters(received);
    const query = this.#documents ? this.#documents.textFor(documentId) : sent;
    const verdict = query ? this.#guard.check({ query, operationName, variables }, caller) : null;
    return { received, query, verdict };
  }
}
