import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/sandbox-server.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 20, limits: { requestTimeoutMs: 2_000 } });
});
afterAll(() => world.close());

const PLAIN = '{ messageRows(channel: "corp") { nodes { id } } }';
const BAD = '{ messageRows(kind: "NOPE") { nodes { id } } }';

async function post(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

describe('a request for nothing but rows that failed has the status', () => {
  test.each<[string, string, number]>([
    ['a bad argument', BAD, 400],
    ['a cursor of nothing', '{ messageRows(after: "x") { nodes { id } } }', 400],
    [
      'bad figures',
      '{ messageStats(since: "2026-03-02T00:00:00Z", until: "2026-03-01T00:00:00Z") { group } }',
      400,
    ],
    [
      'several, under other names and in a fragment',
      'query { a: messageRows(kind: "x") { nodes { id } } ...F } fragment F on Query { b: messageStats(channel: "x") { group } }',
      400,
    ],
  ])('of %s', async (_, query, expected) => {
    for (const accept of ['*/*', 'application/json', 'application/graphql-response+json']) {
      const response = await post(query, { accept });
      expect(response.status).toBe(expected);
      expect(await response.json()).toHaveProperty('errors.0.message');
    }
  });

  test.each<[Fault, number, string | null]>([
    ['server-error', 503, null],
    ['too-many-requests', 503, '7'],
    ['html', 502, null],
    ['hang', 504, null],
  ])('of a provider that fails by %s', async (fault, expected, retryAfter) => {
    // One of its own: a provider that has failed is left alone for a while.
    const failing = await createGatewayWorld({ messages: 4, limits: { requestTimeoutMs: 1_000 } });
    failing.sandbox.whatsApp.server.knobs.fault = fault;
    const query = encodeURIComponent('{ messageRows(channel: "whatsapp") { nodes { id } } }');
    const response = await fetch(`${failing.url}?query=${query}`);
    await failing.close();
    expect([response.status, response.headers.get('retry-after')]).toEqual([expected, retryAfter]);
    expect(await response.json()).toMatchObject({ data: { messageRows: null } });
  });
});

test.each([
  [
    'one of two failed',
    `{ a: messageRows(kind: "NOPE") { nodes { id } } b: messageRows(channel: "corp") { nodes { id } } }`,
  ],
  [
    'something else was asked for besides',
    '{ messageRows(kind: "NOPE") { nodes { id } } channels { name } }',
  ],
  [
    'something else failed too',
    '{ messageRows(kind: "NOPE") { nodes { id } } messages(first: -1) { nodes { id } } }',
  ],
  ['only something else failed', '{ messages(first: -1) { nodes { id } } }'],
  ['nothing failed', PLAIN],
])('the status is 200 when %s', async (_, query) => {
  expect((await post(query)).status).toBe(200);
});

test('a GET is answered as a POST is', async () => {
  const get = (query: string): Promise<Response> =>
    fetch(`${world.url}?${new URLSearchParams({ query }).toString()}`);
  expect((await get(PLAIN)).status).toBe(200);
  expect((await get(BAD)).status).toBe(400);
});

describe('what a client accepts', () => {
  test.each([
    ['text/html', 'application/json'],
    ['application/xml', 'application/json'],
    ['text/csv; charset=utf-8', 'application/json'],
    ['text/xml;q=0.9,text/plain', 'application/json'],
    ['*/*;q=0', 'application/json'],
    ['application/json;q=0.9,text/plain', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json;q=0.9', 'application/json'],
    ['application/json;q=0', 'application/graphql-response+json'],
  ])('%s gets %s', async (accept, expected) => {
    const response = await post(PLAIN, { accept });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(`${expected}; charset=utf-8`);
  });
});
