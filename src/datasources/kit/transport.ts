import { Pool, type buildConnector } from 'undici';
import type { Clock } from '../../util/clock.ts';

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Without the base URL's own path. */
  path: string;
  /** Made when the call leaves, as the headers are, since signatures carry the time. */
  query?: () => Record<string, string>;
  headers?: () => Record<string, string>;
  /** Sent as one JSON string with its length: some providers refuse chunked bodies. */
  body?: unknown;
  /**
   * Once it has left, an abort does not end it, only its timeout: for a provider that takes one call at a time, and may
   * still be busy with a call whose connection was closed. Default: an abort ends it.
   */
  runsToCompletion?: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface TransportOptions {
  baseUrl: string;
  /** Timeout of the whole exchange, however slowly the answer trickles in. */
  timeoutMs: number;
  maxConnections: number;
  maxResponseBytes: number;
  clock: Clock;
  /** Left out: over the network. */
  connect?: buildConnector.connector | undefined;
}

export class ResponseTooLongError extends Error {}

/** A pool of kept-alive connections to one host. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #pool: Pool;
  readonly #basePath: string;

  constructor(options: TransportOptions) {
    const { baseUrl, timeoutMs, maxConnections, connect } = options;
    const url = new URL(baseUrl);
    this.#options = options;
    this.#basePath = url.pathname.replace(/\/$/, '');
    this.#pool = new Pool(url.origin, {
      connections: maxConnections,
      connectTimeout: timeoutMs,
      ...(connect && { connect }),
      // One timeout of ours covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * @param onAnswer called at the first byte of the answer
   * @throws ResponseTooLongError before more than `maxResponseBytes` are held
   * @throws the signal's reason, a `TimeoutError`, or the error that broke the connection
   */
  async exchange(request: HttpRequest, signal: AbortSignal, onAnswer: () => void): Promise<HttpAnswer> {
    const { timeoutMs, maxResponseBytes, clock } = this.#options;
    const search = request.query ? `?${new URLSearchParams(request.query()).toString()}` : '';
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    const response = await this.#pool.request({
      method: request.method,
      path: `${this.#basePath}${request.path}${search}`,
      headers: {
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...request.headers?.(),
      },
      body,
      signal: AbortSignal.any([clock.timeout(timeoutMs), signal]),
    });
    onAnswer();
    const { statusCode: status, headers } = response;
    const text = await readText(response.body, Number(headers['content-length'] ?? 0), maxResponseBytes);
    return { status, headers, text };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** @param announced the length in the header, if any */
async function readText(
  body: AsyncIterable<Uint8Array>,
  announced: number,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes || announced > maxBytes)
      throw new ResponseTooLongError(`The answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  // Not fatal: a broken byte in one message must not hide the others.
  return new TextDecoder().decode(Buffer.concat(chunks));
}
