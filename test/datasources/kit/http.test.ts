import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { BudgetSpentError, UpstreamError, type UpstreamFailure } from '../../../src/errors/upstream-error.ts';
import { Accounts } from '../../../src/datasources/kit/account.ts';
import { HttpClient } from '../../../src/datasources/kit/http.ts';
import {
  noObserver,
  type RefusedCall,
  type UpstreamCall,
  type UpstreamObserver,
} from '../../../src/domain/upstream-calls.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface ClientOptions {
  observer?: UpstreamObserver;
  callTimeoutMs?: number;
  clock?: TestClock;
}

async function serve(listener: RequestListener, options?: ClientOptions): Promise<HttpClient> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient(`http://127.0.0.1:${port}/base/`, options);
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return client;
}

function createClient(
  baseUrl: string,
  { observer = noObserver, callTimeoutMs = 20_000, clock = new TestClock(0) }: ClientOptions = {},
): HttpClient {
  const quota = { callsPerSecond: 100, maxConcurrent: 10 };
  const client = new HttpClient(
    { channel: 'shop', provider: 'WECHAT', baseUrl, account: 'shop', quota },
    { clock, accounts: new Accounts(clock), callTimeoutMs, observer },
  );
  closers.push(() => client.close());
  return client;
}

async function failureOf(client: HttpClient): Promise<Partial<UpstreamFailure>> {
  const error: unknown = await client
    .call({ method: 'GET', path: '/x' }, new TestBudget(0), (body) => body)
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
  const budget = new TestBudget(0);
  const answer = await client.call(
    { method: 'POST', path: '/call', query: () => ({ a: 'b c', d: '@#' }), body: { 中: 1 } },
    budget,
    (body) => body,
  );
  expect(answer).toEqual({ ok: true });
  expect(seen).toEqual(['POST', '/base/call?a=b+c&d=%40%23', '9', undefined, 'application/json']);
  expect(budget.calls).toBe(1);
});

test('JSON is JSON whatever the content type says', async () => {
  const client = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('{"a":1}'),
  );
  const answer = client.call({ method: 'GET', path: '/' }, new TestBudget(0), (body) => body);
  expect(await answer).toEqual({ a: 1 });
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
  const callTimeoutMs = expected.code === 'UPSTREAM_TIMEOUT' ? 300 : 20_000;
  expect(await failureOf(await serve(listener, { callTimeoutMs }))).toEqual(expected);
});

test('a closed port is unavailable', async () => {
  expect(await failureOf(createClient('http://127.0.0.1:1/'))).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
  });
});

test('of an answer without end no more is taken than the limit', async () => {
  let written = 0;
  const client = await serve((_, response) => {
    const chunk = Buffer.alloc(256 * 1024, ' ');
    const pump = (): void => {
      do written += chunk.length;
      while (response.write(chunk));
    };
    response.on('drain', pump);
    pump();
  });
  expect(await failureOf(client)).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  // 8 MB, and what lies in the buffers between.
  expect(written).toBeLessThan(20 * 1024 * 1024);
});

test.each([
  ['is broken off at the provider too, and is not its failure', false, 'ABANDONED'],
  ['gets its answer when it runs to completion', true, 'OK'],
])('a call that is aborted %s, and none leaves after that', async (_, runsToCompletion, outcome) => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const { observer, called } = createNotes();
  const client = await serve(
    (_, response) => {
      arrived.resolve(response);
    },
    { observer },
  );
  const gone = new AbortController();
  const budget = Object.assign(new TestBudget(0), { signal: gone.signal });
  const call = (): Promise<unknown> =>
    client.call({ method: 'GET', path: '/x', runsToCompletion }, budget, (body) => body);
  const first = call();
  const response = await arrived.promise;
  const closed = once(response, 'close');
  gone.abort();
  if (runsToCompletion) {
    response.end('{"a":1}');
    expect(await first).toEqual({ a: 1 });
  } else {
    await expect(first).rejects.toThrow(BudgetSpentError);
  }
  await closed;
  Object.assign(budget, { isOver: true });
  await expect(call()).rejects.toThrow(BudgetSpentError);
  expect(called.map((made) => made.outcome)).toEqual([outcome]);
});

test('a minute of total failure costs a few calls, and then one a second, however many are asked for', async () => {
  const clock = new TestClock(0);
  const began = clock.monotonic();
  const times: number[] = [];
  const client = await serve(
    (_, response) => {
      times.push(clock.monotonic() - began);
      response.writeHead(503).end();
    },
    { clock },
  );
  while (clock.monotonic() < began + 60_000) {
    expect(await failureOf(client)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', isRetryable: true });
    clock.advance(100);
  }
  const pauses = times.slice(3).map((time, index) => time - (times[index + 2] ?? 0));
  expect(times[2]).toBeLessThan(1_000);
  expect(Math.min(...pauses)).toBeGreaterThan(1_000);
  expect(Math.max(...pauses)).toBeLessThan(1_500);
});

test('an observer is told of each call that leaves, and of those that do not', async () => {
  const answers = [
    (response: ServerResponse) => response.writeHead(503).end(),
    (response: ServerResponse) => response.end('{}'),
    (response: ServerResponse) => response.end('<html></html>'),
    (response: ServerResponse) => response.writeHead(429, { 'retry-after': '9' }).end(),
  ];
  const { observer, called, refused } = createNotes();
  const client = await serve((_, response) => answers.shift()?.(response), { observer });
  const ask = (deadline: number): Promise<unknown> =>
    client
      .call(
        { method: 'GET', path: '/x', query: () => ({ token: 'secret' }) },
        Object.assign(new TestBudget(0), { deadline }),
        (body) => body,
      )
      .catch((error: unknown) => error);
  for (let i = 0; i < 4; i++) await ask(1_000);
  const about = { provider: 'WECHAT', channel: 'shop', operation: '/x' };
  expect(called).toEqual([
    { ...about, outcome: 'UPSTREAM_UNAVAILABLE', waitedMs: 0, durationMs: 0, isRetry: false },
    { ...about, outcome: 'OK', waitedMs: 0, durationMs: 0, isRetry: true },
    { ...about, outcome: 'UPSTREAM_BAD_RESPONSE', waitedMs: 0, durationMs: 0, isRetry: false },
    { ...about, outcome: 'UPSTREAM_RATE_LIMITED', waitedMs: 0, durationMs: 0, isRetry: false },
  ]);
  expect(refused).toEqual([{ ...about, reason: 'COOLDOWN' }]);
});

function createNotes(): { observer: UpstreamObserver; called: UpstreamCall[]; refused: RefusedCall[] } {
  const called: UpstreamCall[] = [];
  const refused: RefusedCall[] = [];
  return {
    observer: { called: (call) => called.push(call), refused: (call) => refused.push(call) },
    called,
    refused,
  };
}
