import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApiKey } from '../../src/access/api-keys.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { subscribe } from '../support/subscriber.ts';
import { withoutStandbyLine } from '../support/test-store.ts';

const memory = createMemoryLog('debug');
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 20, log: memory.log });
});
afterAll(() => world.close());

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** The line that tells how the request with this id ended. */
async function lineOf(requestId: string): Promise<Record<string, unknown> | undefined> {
  const isIt = (line: Record<string, unknown>): boolean =>
    line['msg'] === 'A request has ended' && line['requestId'] === requestId;
  // It is written when the answer has left, which its reader may be faster than.
  for (let turn = 0; turn < 1000 && !memory.lines().some(isIt); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return memory.lines().find(isIt);
}

test('every answer carries the id of its request, and the log has a line of it', async () => {
  const answer = await post({ query: '{ channels { name } }' });
  const id = answer.headers.get('x-request-id') ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const { time, pid, hostname, durationMs, ...line } = (await lineOf(id)) ?? {};
  expect([typeof time, typeof pid, typeof hostname, typeof durationMs]).toEqual([
    'number',
    'number',
    'string',
    'number',
  ]);
  expect(line).toEqual({
    level: 30,
    requestId: id,
    caller: 'anonymous',
    method: 'POST',
    route: '/graphql',
    operation: 'query',
    outcome: 'OK',
    status: 200,
    msg: 'A request has ended',
  });
});

test.each([
  ['an id of the caller is kept', 'trace-4711.a_b', true],
  ['one that is too short is not', 'abc', false],
  ['one that is too long is not', 'a'.repeat(65), false],
  ['one with anything else in it is not', 'abc {"level":60}', false],
])('%s', async (_, sent, isKept) => {
  const answer = await post({ query: '{ channels { name } }' }, { 'x-request-id': sent });
  expect(answer.headers.get('x-request-id') === sent).toBe(isKept);
});

test.each([
  ['/nowhere?text=canary-path', 404, 'none'],
  ['/canary-path/health', 404, 'none'],
  ['/webhooks/canary-path/callback?token=canary-path', 404, '/webhooks/:channel/:event'],
  ['/schema.graphql', 200, '/schema.graphql'],
])('of %s the log has the route only', async (path, status, route) => {
  const answer = await fetch(new URL(path, world.url), {
    headers: { 'x-request-id': `path-${status}-${route.length}` },
  });
  expect(answer.status).toBe(status);
  await answer.text();
  expect(await lineOf(`path-${status}-${route.length}`)).toMatchObject({ route, status });
  expect(memory.text()).not.toContain('canary-path');
});

test('a request that is refused before it is GraphQL has an id too', async () => {
  const answer = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'refused-1' },
    body: '{bad canary-body',
  });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-request-id')).toBe('refused-1');
  expect(await lineOf('refused-1')).toMatchObject({ status: 400, route: '/graphql' });
  expect(memory.text()).not.toContain('canary-body');
});

test('a caller that leaves before the answer is logged as 499', async () => {
  world.sandbox.wecom.server.knobs.delayMs = 300;
  const leave = new AbortController();
  const asked = fetch(world.url, {
    method: 'POST',
    signal: leave.signal,
    headers: { 'content-type': 'application/json', 'x-request-id': 'leaves-early' },
    body: JSON.stringify({ query: '{ messages { nodes { id } } }' }),
  });
  while (!world.sandbox.wecom.server.calls.length) await new Promise((resolve) => setImmediate(resolve));
  leave.abort();
  await expect(asked).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await lineOf('leaves-early')).toMatchObject({ status: 499 });
  world.sandbox.wecom.server.knobs.delayMs = 0;
});

test('event streams and sockets have ids', async () => {
  const stream = await fetch(new URL('/graphql/stream', world.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-request-id': 'stream-01' },
    body: JSON.stringify({ query: '{ channels { name } }' }),
  });
  expect(stream.headers.get('x-request-id')).toBe('stream-01');
  await stream.text();
  expect(await lineOf('stream-01')).toMatchObject({ route: '/graphql/stream', status: 200 });

  const socket = new WebSocket(world.url.replace('http', 'ws'), 'graphql-transport-ws', {
    headers: { 'x-request-id': 'socket-01' },
  });
  const [upgrade] = await Promise.all([
    new Promise<string | string[] | undefined>((resolve) => {
      socket.once('upgrade', ({ headers }) => {
        resolve(headers['x-request-id']);
      });
    }),
    new Promise((resolve) => socket.once('open', resolve)),
  ]);
  expect(upgrade).toBe('socket-01');
  socket.close();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(await lineOf('socket-01')).toMatchObject({ route: '/graphql (websocket)', status: 101 });
});

test('where callers have keys, the log has their names, and no key', async () => {
  const guarded = createMemoryLog();
  const { key, sha256 } = createApiKey();
  const wrong = createApiKey().key;
  const locked = await createGatewayWorld({
    messages: 5,
    log: guarded.log,
    auth: { apiKeys: [{ name: 'bi', sha256, scopes: ['messages:read'] }] },
  });
  const query = '{ channels { name } }';
  expect((await locked.query(query, {}, { 'x-api-key': key })).status).toBe(200);
  expect((await locked.query(query, {}, { authorization: `Bearer ${wrong}` })).status).toBe(401);
  const subscriber = subscribe(
    locked.url,
    'subscription { messageAdded { cursor } }',
    {},
    { 'x-api-key': key },
  );
  await subscriber.connected;
  subscriber.close();
  await subscriber.closed;
  await locked.close();
  const lines = withoutStandbyLine(guarded.lines());
  expect(lines.map(({ caller, route, status }) => [caller, route, status])).toEqual([
    ['bi', '/graphql', 200],
    ['anonymous', '/graphql', 401],
    ['bi', '/graphql (websocket)', 101],
  ]);
  expect(guarded.text()).not.toContain(key.slice(4));
  expect(guarded.text()).not.toContain(wrong.slice(4));
});

test('a document that is wrong is refused in words over a socket too', async () => {
  const subscriber = subscribe(world.url, 'subscription { nothing }');
  await subscriber.until(1);
  expect(subscriber.errors).toMatchObject([
    {
      message: 'Cannot query field "nothing" on type "Subscription".',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    },
  ]);
  subscriber.close();
});
