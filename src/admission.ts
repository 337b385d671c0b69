import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
import type { Authenticator } from './access/authenticator.ts';
import type { Caller } from './access/caller.ts';
import { RequestError } from './errors.ts';
import type { OperationGuard } from './operation/operation-guard.ts';
import type { TrustedDocuments } from './operation/trusted-documents.ts';

const WINDOW_SECONDS = 60;

export class RateLimitedError extends RequestError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED', `This key has made its requests for now; ask again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The parts of a GraphQL request that matter here, whatever else is in it. */
const parameters = z.object({
  query: z.string().nullish(),
  operationName: z.string().nullish().catch(null),
  variables: z.record(z.string(), z.unknown()).nullish().catch(null),
});

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
   * Checks the parameters of a request: an operation that passes may be executed.
   *
   * @returns the document to execute; null when there is none, which is for the executor to say
   * @throws RequestError
   */
  admit(received: unknown, caller: Caller): string | null {
    const parsed = parameters.safeParse(received);
    if (!parsed.success) return null;
    const { operationName = null, variables } = parsed.data;
    const query = this.#documents?.textFor(received) ?? parsed.data.query ?? null;
    if (query !== null) this.#guard.check({ query, operationName, variables: variables ?? {} }, caller);
    return query;
  }
}
