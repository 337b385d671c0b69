import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { UpstreamError, type UpstreamFailure } from '../../src/datasources/errors.ts';
import { HttpClient } from '../../src/datasources/kit/http.ts';
import { Quota } from '../../src/datasources/kit/quota.ts';
import { TestAccess } from '../support/dependencies.ts';
import { TestClock } from '../support/test-clock.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(listener: RequestListener): Promise<HttpClient> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient(`http://127.0.0.1:${port}/base/`);
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return client;
}

function createClient(baseUrl: string): HttpClient {
  const client = new HttpClient({
    channel: 'shop',
    provider: 'WECHAT',
    baseUrl,
    timeoutMs: 300,
    quota: new Quota({ callsPerSecond: 100, maxConcurrent: 10 }, new TestClock(0)),
    maxConnections: 10,
  });
  closers.push(() => client.close());
  return client;
}

async function failureOf(client: HttpClient): Promise<Partial<UpstreamFailure>> {
  const error: unknown = await client
    .send({ method: 'GET', path: '/x' }, new TestAccess(0))
    .catch((cause: unknown) => cause);
  if (!(error instanceof UpstreamError)) throw new Error('It did not fail as expected', { cause: error });
  const { code, providerCode, isRetryable, retryAfterSeconds } = error;
  return { code, providerCode, isRetryable, retryAfterSeconds };
}

test('sends JSON in one piece, below the base path, and counts the call', async () => {
  const seen: unknown[] = [];
  const client = await serve((request, response) => {
    const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type } = request.headers;
    seen.push(request.method, request.url, length, encoding, type);
    response.end('{"ok":true}');
  });
  const access = new TestAccess(0);
  const answer = await client.send(
    { method: 'POST', path: '/call', query: { a: 'b c', d: '@#' }, body: { 中: 1 } },
    access,
  );
  expect(answer).toEqual({ ok: true });
  expect(seen).toEqual(['POST', '/base/call?a=b+c&d=%40%23', '9', undefined, 'application/json']);
  expect(access.calls).toBe(1);
});

test('JSON is JSON whatever the content type says', async () => {
  const client = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('{"a":1}'),
  );
  expect(await client.send({ method: 'GET', path: '/' }, new TestAccess(0))).toEqual({ a: 1 });
});

const cases: [string, RequestListener, Partial<UpstreamFailure>][] = [
  [
    'a hanging server times out',
    () => undefined,
    { code: 'UPSTREAM_TIMEOUT', providerCode: null, isRetryable: true, retryAfterSeconds: null },
  ],
  [
    'a body that trickles in for too long times out',
    (_, response) => {
      response.write('{');
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => {
        clearInterval(drip);
      });
    },
    { code: 'UPSTREAM_TIMEOUT', providerCode: null, isRetryable: true, retryAfterSeconds: null },
  ],
  [
    'a broken connection is unavailable',
    (request) => request.socket.destroy(),
    { code: 'UPSTREAM_UNAVAILABLE', providerCode: null, isRetryable: true, retryAfterSeconds: null },
  ],
  [
    'HTML is a bad response',
    (_, response) => response.end('<html></html>'),
    { code: 'UPSTREAM_BAD_RESPONSE', providerCode: null, isRetryable: true, retryAfterSeconds: null },
  ],
  [
    'a body without end is a bad response',
    (_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      const pump = (): void => {
        while (response.write(chunk));
      };
      response.on('drain', pump);
      pump();
    },
    { code: 'UPSTREAM_BAD_RESPONSE', providerCode: null, isRetryable: true, retryAfterSeconds: null },
  ],
  [
    '503 is unavailable',
    (_, response) => response.writeHead(503).end(),
    { code: 'UPSTREAM_UNAVAILABLE', providerCode: 'HTTP 503', isRetryable: true, retryAfterSeconds: null },
  ],
  [
    '429 is rate limited, for as long as the server says',
    (_, response) => response.writeHead(429, { 'retry-after': '7' }).end(),
    { code: 'UPSTREAM_RATE_LIMITED', providerCode: 'HTTP 429', isRetryable: true, retryAfterSeconds: 7 },
  ],
  [
    '404 is a bad response that no retry mends',
    (_, response) => response.writeHead(404).end(),
    { code: 'UPSTREAM_BAD_RESPONSE', providerCode: 'HTTP 404', isRetryable: false, retryAfterSeconds: null },
  ],
];

test.each(cases)('%s', async (_, listener, expected) => {
  expect(await failureOf(await serve(listener))).toEqual(expected);
});

test('nobody there is unavailable', async () => {
  expect(await failureOf(createClient('http://127.0.0.1:1/'))).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
  });
});
