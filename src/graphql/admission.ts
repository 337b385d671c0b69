import type { Authenticator } from '../access/authenticator.ts';
import type { Caller } from '../access/caller.ts';
import type { RequestCounter } from '../access/request-counter.ts';
import type { OperationGuard, Verdict } from './operation/operation-guard.ts';
import { readParameters, type OperationParameters } from './operation/parameters.ts';
import type { TrustedDocuments } from './operation/trusted-documents.ts';

/** A request to execute, or one that GraphQL itself refuses. */
export interface AdmittedRequest {
  parameters: OperationParameters;
  /** The document, sent or referenced by id; null when there is none. */
  query: string | null;
  /** Null without a document. */
  verdict: Verdict | null;
}

/** Checks every operation before it is executed, over every transport. */
export class Admission {
  readonly authenticator: Authenticator;
  readonly #guard: OperationGuard;
  readonly #documents: TrustedDocuments | null;
  readonly #requests: RequestCounter;

  constructor(
    authenticator: Authenticator,
    guard: OperationGuard,
    documents: TrustedDocuments | null,
    requests: RequestCounter,
  ) {
    this.authenticator = authenticator;
    this.#guard = guard;
    this.#documents = documents;
    this.#requests = requests;
  }

  /** @throws RateLimitedError */
  async countRequest({ name }: Caller): Promise<void> {
    if (!this.authenticator.isOpen) await this.#requests.count(name);
  }

  /**
   * Checks a request, as it was sent.
   *
   * @param received the parameters of GraphQL over HTTP, or the payload of a `subscribe` message
   * @throws RequestError
   */
  admit(received: Readonly<Record<string, unknown>>, caller: Caller): AdmittedRequest {
    const parameters = readParameters(received);
    const { documentId, operationName, variables } = parameters;
    const query = this.#documents ? this.#documents.textFor(documentId) : parameters.query;
    const verdict = query ? this.#guard.check({ query, operationName, variables }, caller) : null;
    return { parameters, query, verdict };
  }
}
