import { Pool, errors as undiciErrors } from 'undici';
import { UpstreamError, type UpstreamFailure } from '../errors.ts';
import type { Access } from '../message-source.ts';
import type { Provider } from '../records.ts';
import { parseProviderJson } from './json.ts';
import type { Quota } from './quota.ts';

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Without the base URL's own path. */
  path: string;
  query?: Record<string, string>;
  /** Made when the call leaves, since signatures carry the time. */
  headers?: () => Record<string, string>;
  /** Sent as one JSON string with its length: some providers refuse chunked bodies. */
  body?: unknown;
}

export interface HttpClientOptions {
  channel: string;
  provider: Provider;
  baseUrl: string;
  timeoutMs: number;
  quota: Quota;
  maxConnections: number;
}

/** An answer longer than this is not history that anybody asked for. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** Talks JSON to one provider account over a pool of kept-alive connections, within its quota. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #pool: Pool;
  readonly #basePath: string;

  constructor(options: HttpClientOptions) {
    const url = new URL(options.baseUrl);
    this.#options = options;
    this.#basePath = url.pathname.replace(/\/$/, '');
    this.#pool = new Pool(url.origin, {
      connections: options.maxConnections,
      connectTimeout: options.timeoutMs,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });
  }

  /**
   * Makes one call, counted against `access` and held back by the quota until its turn.
   *
   * @returns the parsed body of a 2xx answer, not yet checked
   * @throws UpstreamError for anything else
   */
  async send(request: HttpRequest, access: Access): Promise<unknown> {
    access.queue();
    const { status, headers, text } = await this.#options.quota.run(
      () => {
        access.spend();
        return this.#exchange(request, access.signal);
      },
      () => !access.isOver,
    );
    if (status < 200 || status > 299) throw this.fail(toHttpFailure(status, headers['retry-after']));
    try {
      return parseProviderJson(text);
    } catch (cause) {
      throw this.badResponse('The answer is not JSON', cause);
    }
  }

  /** Makes an error that carries this client's channel and provider. */
  fail(failure: UpstreamFailure, cause?: unknown): UpstreamError {
    return new UpstreamError(this.#options.channel, this.#options.provider, failure, { cause });
  }

  badResponse(advice: string, cause?: unknown): UpstreamError {
    return this.fail({ code: 'UPSTREAM_BAD_RESPONSE', isRetryable: true, advice }, cause);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #exchange(
    request: HttpRequest,
    givenUp: AbortSignal,
  ): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }> {
    const query = request.query ? `?${new URLSearchParams(request.query).toString()}` : '';
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    try {
      const response = await this.#pool.request({
        method: request.method,
        path: `${this.#basePath}${request.path}${query}`,
        headers: {
          accept: 'application/json',
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...request.headers?.(),
        },
        body,
        // The whole exchange, however slowly the body trickles in.
        signal: AbortSignal.any([AbortSignal.timeout(this.#options.timeoutMs), givenUp]),
      });
      const text = await readText(response.body);
      return { status: response.statusCode, headers: response.headers, text };
    } catch (cause) {
      if (cause instanceof ResponseTooLongError) throw this.badResponse(cause.message, cause);
      // Our own mistake, and not the provider's.
      if (cause instanceof undiciErrors.InvalidArgumentError) throw cause;
      throw this.fail(toTransportFailure(cause), cause);
    }
  }
}

class ResponseTooLongError extends Error {}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MAX_RESPONSE_BYTES)
      throw new ResponseTooLongError(`The answer is longer than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  // Not fatal: a broken byte in one message must not hide the rest.
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function toTransportFailure(cause: unknown): UpstreamFailure {
  const isTimeout =
    cause instanceof undiciErrors.HeadersTimeoutError ||
    cause instanceof undiciErrors.BodyTimeoutError ||
    cause instanceof undiciErrors.ConnectTimeoutError ||
    (cause instanceof DOMException && (cause.name === 'TimeoutError' || cause.name === 'AbortError'));
  return isTimeout
    ? { code: 'UPSTREAM_TIMEOUT', isRetryable: true, advice: 'The provider did not answer in time' }
    : {
        code: 'UPSTREAM_UNAVAILABLE',
        isRetryable: true,
        advice: 'No connection to the provider: check baseUrl, DNS and the network',
      };
}

function toHttpFailure(status: number, retryAfter: string | string[] | undefined): UpstreamFailure {
  const seconds = typeof retryAfter === 'string' ? toSeconds(retryAfter) : null;
  const providerCode = `HTTP ${status}`;
  if (status === 429) {
    return {
      code: 'UPSTREAM_RATE_LIMITED',
      providerCode,
      isRetryable: true,
      retryAfterSeconds: seconds,
      advice: 'The provider says that it is called too often',
    };
  }
  if (status >= 500) {
    return {
      code: 'UPSTREAM_UNAVAILABLE',
      providerCode,
      isRetryable: true,
      retryAfterSeconds: seconds,
      advice: 'The provider is out of order',
    };
  }
  return {
    code: 'UPSTREAM_BAD_RESPONSE',
    providerCode,
    isRetryable: false,
    advice: `The provider answered with HTTP ${status}: check that baseUrl is its API`,
  };
}

/** `Retry-After`: seconds, or a date. */
function toSeconds(retryAfter: string): number | null {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
