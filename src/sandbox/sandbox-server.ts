import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** Ways for a provider to fail that have nothing to do with its protocol. */
export type Fault =
  | 'hang' // accepts the request and never answers
  | 'reset' // breaks the connection
  | 'cut' // breaks it in the middle of the answer
  | 'slow-close' // ends an answer of no announced length a while after its last byte
  | 'trickle' // sends the answer a byte at a time, for minutes
  | 'huge' // an answer of 50 MB, as fast as it is taken
  | 'stuck-cursor' // answers every page as if the first had been asked for
  | 'html' // a gateway's error page, with status 200
  | 'cut-json' // half of the right answer, with the connection closed properly
  | 'wrong-types' // JSON of the right kind of envelope, with nonsense in it
  | 'server-error' // 503
  | 'too-many-requests' // 429 with Retry-After: 7
  | 'over-quota'; // lists nothing, but says in the provider's own words that there were too many calls

/** The knobs that every sandbox has; each extends them with its own. Tests change them while the server runs. */
export interface SandboxKnobs {
  /** Applies to every endpoint while set. */
  fault: Fault | null;
  /** Answers wait so long. */
  delayMs: number;
  /** Which requests get no answer; left out: all get one. */
  isUnanswered?: (request: SandboxRequest) => boolean;
  /** Pages are no longer than this, whatever is asked for. */
  maxPageSize: number;
}

export interface SandboxRequest {
  endpoint: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** The body as sent; empty for GET. */
  body: string;
}

/** JSON to answer with; a status other than 200 and raw text are for what a protocol really does that way. */
export interface SandboxAnswer {
  status?: number;
  /** A string is sent as it is. */
  body: unknown;
}

export interface SandboxOptions<Knobs extends SandboxKnobs> {
  /** By endpoint, such as `POST /cgi-bin/stable_token`. */
  handlers: Record<string, (request: SandboxRequest) => SandboxAnswer>;
  knobs: Knobs;
  /** The one that lists messages. */
  listEndpoint: string;
  /** What `over-quota` answers there, with status 200. */
  overQuota: unknown;
  /** What `wrong-types` answers. */
  nonsense: unknown;
  /** What the body of a request says that asks for the first page; undefined leaves a field out. */
  firstPage: Record<string, unknown>;
}

export interface SandboxCall {
  endpoint: string;
  /** Unix ms of arrival. */
  at: number;
}

const HUGE_BYTES = 50 * 1024 * 1024;
const SLOW_CLOSE_MS = 150;
const TRICKLE_EVERY_MS = 20;

/** A sandbox of a provider on the loopback interface, over real HTTP. */
export class SandboxServer<Knobs extends SandboxKnobs> {
  readonly knobs: Knobs;
  /** Every call that arrived, in order. */
  readonly calls: SandboxCall[] = [];
  /** How many calls their caller aborted before they were answered. */
  abandonedCalls = 0;
  /** Rules of the provider that a caller broke, each as a sentence. A correct gateway leaves this empty. */
  readonly violations: string[] = [];
  readonly #options: SandboxOptions<Knobs>;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #delays = new Set<NodeJS.Timeout>();

  constructor(options: SandboxOptions<Knobs>) {
    this.#options = options;
    this.knobs = options.knobs;
  }

  /** @param port 0 takes whichever is free. @param host to listen on, where other machines may call it */
  async start(port = 0, host = '127.0.0.1'): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, host, resolve);
    });
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many calls were made for messages. */
  get listCalls(): number {
    return this.callsTo(this.#options.listEndpoint);
  }

  callsTo(endpoint: string): number {
    return this.calls.filter((call) => call.endpoint === endpoint).length;
  }

  async close(): Promise<void> {
    for (const delay of this.#delays) clearTimeout(delay);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const endpoint = `${request.method ?? ''} ${url.pathname}`;
    this.calls.push({ endpoint, at: Date.now() });
    response.once('close', () => {
      if (!response.writableFinished) this.abandonedCalls++;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { fault, delayMs, isUnanswered } = this.knobs;
    const asked = {
      endpoint,
      query: url.searchParams,
      headers: request.headers,
      body: this.#toBody(Buffer.concat(chunks).toString()),
    };
    if (fault === 'hang' || isUnanswered?.(asked)) return;
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    const answer = this.#answer(asked);
    if (delayMs > 0) await this.#delay(delayMs);
    switch (fault) {
      case 'cut':
        return this.#cut(request, response, answer);
      case 'slow-close':
        return this.#closeSlowly(response, answer);
      case 'trickle':
        return this.#trickle(response, answer);
      case 'huge':
        response.writeHead(200, { 'content-length': HUGE_BYTES });
        Readable.from(hugeAnswer()).pipe(response);
        return;
      case 'stuck-cursor':
        send(response, answer);
        return;
      case 'over-quota':
        send(response, endpoint === this.#options.listEndpoint ? { body: this.#options.overQuota } : answer);
        return;
      default:
        send(response, fault === null ? answer : spoil(fault, answer, this.#options.nonsense));
    }
  }

  #toBody(text: string): string {
    if (this.knobs.fault !== 'stuck-cursor' || text === '') return text;
    return JSON.stringify({ ...(JSON.parse(text) as object), ...this.#options.firstPage });
  }

  #answer(request: SandboxRequest): SandboxAnswer {
    const handler = this.#options.handlers[request.endpoint];
    if (handler) return handler(request);
    this.violations.push(`There is no ${request.endpoint}`);
    return { status: 404, body: '<html><body>Not Found</body></html>' };
  }

  async #cut(request: IncomingMessage, response: ServerResponse, answer: SandboxAnswer): Promise<void> {
    const text = toText(answer);
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, Math.floor(text.length / 2)));
    // What is written must have left before the connection breaks.
    await this.#delay(10);
    request.socket.destroy();
  }

  async #closeSlowly(response: ServerResponse, answer: SandboxAnswer): Promise<void> {
    // So that only the end of the connection ends the answer.
    response.removeHeader('transfer-encoding');
    response.writeHead(200, { connection: 'close' });
    response.write(toText(answer));
    await this.#delay(SLOW_CLOSE_MS);
    response.end();
  }

  async #trickle(response: ServerResponse, answer: SandboxAnswer): Promise<void> {
    // White space between the parts of JSON: the answer is right, for a client with enough time.
    response.writeHead(200);
    for (let sent = 0; sent < 10_000 && !response.destroyed; sent++) {
      response.write(' ');
      await this.#delay(TRICKLE_EVERY_MS);
    }
    response.end(toText(answer));
  }

  #delay(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#delays.delete(timer);
        resolve();
      }, milliseconds);
      this.#delays.add(timer);
    });
  }
}

function spoil(
  fault: 'html' | 'cut-json' | 'wrong-types' | 'server-error' | 'too-many-requests',
  answer: SandboxAnswer,
  nonsense: unknown,
): SandboxAnswer {
  switch (fault) {
    case 'html':
      return { body: '<html><body><h1>502 Bad Gateway</h1></body></html>' };
    case 'cut-json': {
      const text = JSON.stringify(answer.body);
      return { body: text.slice(0, Math.floor(text.length / 2)) };
    }
    case 'wrong-types':
      return { body: nonsense };
    case 'server-error':
      return { status: 503, body: '<html><body>Service Unavailable</body></html>' };
    case 'too-many-requests':
      return { status: 429, body: '' };
  }
}

function* hugeAnswer(): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  for (let sent = 0; sent < HUGE_BYTES; sent += chunk.length) yield chunk;
}

function toText({ body }: SandboxAnswer): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function send(response: ServerResponse, answer: SandboxAnswer): void {
  const { status = 200, body } = answer;
  const text = toText(answer);
  response.writeHead(status, {
    'content-type':
      typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(status === 429 ? { 'retry-after': '7' } : {}),
  });
  response.end(text);
}
