import { afterEach, expect, test } from 'vitest';
import { createClient, GatewayError, NetworkError, type ClientOptions } from '../../src/client/index.ts';
import { createRecordingClock } from '../support/recording-clock.ts';
import {
  createScriptedServer,
  cutJson,
  closeSlowConsumer,
  html,
  json,
  reset,
  silence,
  type Scene,
  type ScriptedServer,
} from '../support/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const answer = json({ data: { liveCursor: 'here' } });
const query = '{ liveCursor }';

function refusal(code: string, extensions: Record<string, unknown> = {}, status = 200): Scene {
  return json({ data: null, errors: [{ message: 'No', extensions: { code, ...extensions } }] }, status);
}

interface Outcome {
  value: unknown;
  /** Between the attempts. */
  pausesMs: number[];
  server: ScriptedServer;
}

async function ask(
  scenes: readonly [Scene, ...Scene[]],
  options: Partial<ClientOptions> = {},
  document = query,
): Promise<Outcome> {
  const server = await createScriptedServer(...scenes);
  servers.push(server);
  const clock = createRecordingClock();
  const client = createClient({ url: server.url, clock, timeoutMs: 5_000, ...options });
  const value = await client.request(document).catch((error: unknown) => error);
  return { value, pausesMs: clock.pausesMs, server };
}

const inAMinute = new Date(Date.UTC(2026, 2, 1) + 30_000).toUTCString();

// Chance takes its longest: half a second, and what was asked for with half a second to it.
test.each<[string, Scene, number]>([
  ['a broken connection', reset, 500],
  ['an answer that breaks off', closeSlowConsumer, 500],
  ['JSON that breaks off', cutJson, 500],
  ["a proxy's 502 in HTML", html(502), 500],
  ['503 with Retry-After in seconds', html(503, { 'retry-after': '3' }), 3_500],
  ['429 with Retry-After as a date', html(429, { 'retry-after': inAMinute }), 30_500],
  ["the gateway's own limit", refusal('RATE_LIMITED', { retryAfterSeconds: 2 }, 429), 2_500],
  [
    'a provider that asks for time',
    refusal('UPSTREAM_RATE_LIMITED', { retryable: true, retryAfterSeconds: 7 }),
    7_500,
  ],
  ['a provider out of order', refusal('UPSTREAM_UNAVAILABLE', { retryable: true }), 500],
])('%s is asked again, after the right pause', async (_, scene, pauseMs) => {
  const { value, pausesMs, server } = await ask([scene, answer]);
  expect(value).toEqual({ liveCursor: 'here' });
  expect(pausesMs).toEqual([pauseMs]);
  expect(server.requests.map(({ path, body }) => [path, body.query])).toEqual([
    ['/graphql', query],
    ['/graphql', query],
  ]);
});

test.each<[string, Scene, unknown]>([
  ['a bad cursor', refusal('BAD_CURSOR', {}, 400), { name: 'GatewayError', code: 'BAD_CURSOR', status: 400 }],
  [
    'a provider that refuses the credentials',
    refusal('UPSTREAM_AUTH_FAILED', { retryable: false }, 502),
    { name: 'GatewayError', code: 'UPSTREAM_AUTH_FAILED', retryable: false },
  ],
  ['a code that is not known', refusal('NEWER'), { name: 'GatewayError', code: 'UNKNOWN' }],
  ['a page of another server', html(200), { name: 'NetworkError', status: 200, retryable: false }],
  ['an address that is none', html(404), { name: 'NetworkError', status: 404, retryable: false }],
  ['JSON of something else', json({ ok: true }), { name: 'NetworkError', status: 200, retryable: false }],
  [
    'a pause that nobody would wait for',
    html(503, { 'retry-after': '3600' }),
    { name: 'NetworkError', status: 503, retryable: true, retryAfterSeconds: 3_600 },
  ],
])('%s is not asked again', async (_, scene, expected) => {
  const { value, pausesMs, server } = await ask([scene, answer]);
  expect(value).toMatchObject({ ...(expected as object) });
  expect(pausesMs).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

test('pauses grow twofold up to a bound, and the attempts are counted', async () => {
  const { value, pausesMs, server } = await ask([html(503)], {
    retry: { maxRetries: 5, baseDelayMs: 100, maxDelayMs: 1_000 },
  });
  expect(value).toBeInstanceOf(NetworkError);
  expect(pausesMs).toEqual([100, 200, 400, 800, 1_000]);
  expect(server.requests).toHaveLength(6);
});

test('one error among others that will stay is not asked again', async () => {
  const errors = [
    { message: 'Later', extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true } },
    { message: 'Never', extensions: { code: 'FORBIDDEN' } },
  ];
  const { value, server } = await ask([json({ data: { a: 1 }, errors }), answer]);
  expect(value).toBeInstanceOf(GatewayError);
  expect(value).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: false, data: { a: 1 }, errors });
  expect(server.requests).toHaveLength(1);
});

test('what is not a read is asked once', async () => {
  const { value, server } = await ask([reset, answer], {}, 'mutation { liveCursor }');
  expect(value).toBeInstanceOf(NetworkError);
  expect(server.requests).toHaveLength(1);
});

test('a gateway that does not answer is timed out', async () => {
  const { value, server } = await ask([silence, answer], { timeoutMs: 2_000 });
  expect(value).toEqual({ liveCursor: 'here' });
  expect(server.requests).toHaveLength(2);
});

test('headers are asked for before each attempt, and an API key is sent', async () => {
  let asked = 0;
  const headers = (): Promise<Record<string, string>> =>
    Promise.resolve({ authorization: `Bearer token-${++asked}` });
  const rotating = await ask([html(503), answer], { headers });
  expect(rotating.server.requests.map((request) => request.headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-2',
  ]);
  const fixed = await ask([answer], { apiKey: 'chg_key', headers: { 'x-request-id': '1' } });
  expect(fixed.server.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer chg_key',
    'x-request-id': '1',
    'content-type': 'application/json',
  });
});

test('an aborted signal ends a request, and the pause between two', async () => {
  const server = await createScriptedServer(silence, html(503));
  servers.push(server);
  const client = createClient({ url: server.url, retry: { baseDelayMs: 60_000 } });
  const first = new AbortController();
  const silent = client.request(query, undefined, { signal: first.signal });
  while (server.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  first.abort(new Error('enough'));
  await expect(silent).rejects.toThrow('enough');
  const second = new AbortController();
  const pausing = client.request(query, undefined, { signal: second.signal });
  while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  setTimeout(() => {
    second.abort(new Error('enough of that, too'));
  }, 20);
  await expect(pausing).rejects.toThrow('enough of that, too');
});
