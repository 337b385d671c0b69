import { parseResult, toAnsweredWith } from './answer.ts';
import type { ClientClock } from './clock.ts';
import { NetworkError } from './errors.ts';
import { readEventStream } from './event-stream.ts';
import { StepTimeout } from './step-timeout.ts';

export type RequestHeaders = Readonly<Record<string, string>>;

export interface TransportOptions {
  /** The GraphQL endpoint, absolute. */
  url: string | URL;
  /** Called before each request. */
  headers: () => RequestHeaders | Promise<RequestHeaders>;
  fetch: typeof fetch;
  /** Timeout for an answer, and while following for a sign of life, which the gateway sends every 12 seconds. */
  timeoutMs: number;
  clock: ClientClock;
}

export interface Operation {
  query: string;
  variables: unknown;
}

/** Sends operations to the gateway over HTTP, each once. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #url: URL;
  readonly #streamUrl: URL;

  /** @throws TypeError when the URL is not absolute */
  constructor(options: TransportOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    this.#streamUrl = new URL(options.url);
    this.#streamUrl.pathname = this.#url.pathname.replace(/\/?$/, '/stream');
  }

  /** @throws GatewayError, NetworkError, or the signal's reason */
  async send(operation: Operation, signal?: AbortSignal): Promise<unknown> {
    const stepTimeout = new StepTimeout(this.#options.timeoutMs, signal);
    const accept = 'application/graphql-response+json, application/json;q=0.9';
    const headers = await this.#headers(accept);
    const exchange = this.#post(this.#url, headers, operation, stepTimeout);
    const response = await stepTimeout.waitFor(exchange);
    return this.#parse(response, stepTimeout);
  }

  /**
   * Follows a subscription over server-sent events, until the gateway ends it.
   *
   * @param onOpen called when the gateway has accepted it
   * @throws GatewayError, NetworkError, or the signal's reason
   */
  async *follow(
    operation: Operation,
    signal: AbortSignal,
    onOpen: () => void,
  ): AsyncGenerator<unknown, void, undefined> {
    const stepTimeout = new StepTimeout(this.#options.timeoutMs, signal);
    try {
      const headers = await this.#headers('text/event-stream');
      const response = await stepTimeout.waitFor(
        this.#post(this.#streamUrl, headers, operation, stepTimeout),
      );
      if (!response.body || !contentType(response).startsWith('text/event-stream')) {
        await this.#parse(response, stepTimeout);
        throw new NetworkError('The gateway answered a subscription with something other than events', {
          status: response.status,
          retryable: false,
        });
      }
      onOpen();
      const answer = toAnsweredWith(response, this.#options.clock.now());
      const reader = response.body.getReader();
      for await (const { event, data } of readEventStream(() => stepTimeout.waitFor(reader.read()))) {
        if (event === 'complete') return;
        yield parseResult(data, answer, 'application/json');
      }
    } finally {
      stepTimeout.end();
    }
  }

  async #headers(accept: string): Promise<RequestHeaders> {
    return { ...(await this.#options.headers()), accept, 'content-type': 'application/json' };
  }

  #post(url: URL, headers: RequestHeaders, operation: Operation, { signal }: StepTimeout): Promise<Response> {
    const { fetch } = this.#options;
    return fetch(url.href, { method: 'POST', headers, body: JSON.stringify(operation), signal });
  }

  async #parse(response: Response, stepTimeout: StepTimeout): Promise<unknown> {
    const text = await stepTimeout.waitFor(response.text());
    return parseResult(text, toAnsweredWith(response, this.#options.clock.now()), contentType(response));
  }
}

function contentType({ headers }: Response): string {
  return headers.get('content-type') ?? '';
}
