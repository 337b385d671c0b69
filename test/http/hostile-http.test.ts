import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { HOSTILE_REQUESTS } from '../support/hostile-requests.ts';
import { usedMemory } from '../support/used-memory.ts';
import { postJson, send, type RawAnswer, type RawRequest } from '../support/raw-http.ts';

const reader = makeKey('reader', ['messages:read']);
const MAX_GROWTH_BYTES = 24 * 1024 * 1024;
let world: GatewayWorld;
let origin: string;

beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 8,
    auth: { apiKeys: [reader.entry] },
    limits: { requestsPerMinute: 1_000_000 },
  });
  origin = new URL(world.url).origin;
});
afterAll(async () => {
  await world.close();
});

function ask({ headers, ...request }: RawRequest): Promise<RawAnswer> {
  return send(origin, { ...request, headers: { ...reader.headers, ...headers } });
}

/** Refused as a whole, or answered with nothing but errors that say what the caller did wrong. */
function isRefused({ status, text }: RawAnswer): boolean {
  if (status >= 400 && status < 500) return true;
  if (status !== 200) return false;
  const { errors = [], data } = JSON.parse(text) as {
    errors?: { extensions: { code: string } }[];
    data?: Record<string, unknown> | null;
  };
  const isEmpty = Object.values(data ?? {}).every((value) => value === null);
  return (
    isEmpty &&
    errors.length > 0 &&
    errors.every(({ extensions }) => extensions.code !== 'INTERNAL_SERVER_ERROR')
  );
}

test('there are 200 hostile requests and more, each with a name of its own', () => {
  expect(new Set(HOSTILE_REQUESTS.map(([name]) => name)).size).toBe(HOSTILE_REQUESTS.length);
  expect(HOSTILE_REQUESTS.length).toBeGreaterThanOrEqual(200);
});

test('each of them is refused for what it is, and the gateway is none the worse', async () => {
  const badly: string[] = [];
  for (const [name, request] of HOSTILE_REQUESTS) {
    const answer = await ask(request).catch((error: unknown) => {
      throw new Error(`${name} was not answered`, { cause: error });
    });
    if (!isRefused(answer)) badly.push(`${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  expect(badly).toEqual([]);
  expect((await ask(postJson({ query: '{ channels { name } }' }))).status).toBe(200);
}, 120_000);

test('they leave nothing behind in memory', async () => {
  const round = async (): Promise<number> => {
    for (const [, request] of HOSTILE_REQUESTS) await ask(request);
    return usedMemory();
  };
  const before = await round();
  expect((await round()) - before).toBeLessThan(MAX_GROWTH_BYTES);
}, 120_000);

test.each<[string, RawRequest]>([
  ['an alias __proto__', postJson({ query: '{ __proto__: channels { name } }' })],
  ['an alias constructor', postJson({ query: '{ constructor: channels { toString: name } }' })],
  [
    'variables that nobody declared',
    postJson({ query: '{ channels { name } }', variables: { a: nested(1_000) } }),
  ],
  ['a key twice', { ...postJson({}), body: '{"query":"{ nope }","query":"{ channels { name } }"}' }],
  ['commas', postJson({ query: `{ channels { name } }${','.repeat(900_000)}` })],
  ['a comment', postJson({ query: `#${'x'.repeat(900_000)}\n{ channels { name } }` })],
])('what is only odd is answered: %s', async (_, request) => {
  const { status, text } = await ask(request);
  expect({ status, errors: (JSON.parse(text) as { errors?: unknown }).errors }).toEqual({
    status: 200,
    errors: undefined,
  });
});

const SECRET = '{ messages { nodes { ... on WeComMessage { secretKey } } } }';
const SAFE = '{ __typename }';
const stream = (search: string): RawRequest => ({
  method: 'GET',
  path: `/graphql/stream?${search}`,
  headers: { accept: 'text/event-stream' },
});
const secret = encodeURIComponent(SECRET);
const safe = encodeURIComponent(SAFE);

test.each<[string, RawRequest]>([
  ['two queries in a URL', stream(`query=${secret}&query=${safe}`)],
  ['two queries in a URL, the other way round', stream(`query=${safe}&query=${secret}`)],
  ['a second question mark', stream(`query=${secret}?`)],
  ['a query and a fragment of a URL', stream(`query=${safe}#%0A${secret}`)],
  [
    'JSON that says that it is text',
    {
      path: '/graphql/stream',
      headers: { 'content-type': 'text/plain; application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: SECRET }),
    },
  ],
  [
    'a list of operations',
    {
      path: '/graphql/stream',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify([{ query: SECRET }]),
    },
  ],
  [
    'an operation name that is no text',
    {
      path: '/graphql/stream',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `query A ${SAFE} query B ${SECRET}`, operationName: ['B'] }),
    },
  ],
  ['HEAD', { method: 'HEAD', path: `/graphql?query=${secret}` }],
])('what is checked is what is executed: %s', async (_, request) => {
  const { text } = await ask(request);
  expect(text).not.toContain('secretKey":');
  expect(text).not.toContain('"nodes"');
});

test.each<[string, Record<string, string>]>([
  ['a Host that is none', { host: '[' }],
  ['a Host with a space', { host: 'a b' }],
  ['a Host with a path', { host: 'a/../b' }],
  ['an empty Host', { host: '' }],
  ['a token of a stream', { 'x-graphql-event-stream-token': '__proto__' }],
  ['an Authorization without end', { authorization: `Bearer ${'x'.repeat(8_000)}` }],
  ['an Authorization of another sort', { authorization: 'Basic !!!!' }],
  ['a strange Accept', { accept: ';;;,,,q=NaN' }],
  ['a strange Origin', { origin: 'null' }],
  ['a method in a header', { 'x-http-method-override': 'DELETE' }],
])('no header breaks it: %s', async (_, headers) => {
  for (const path of ['/graphql', '/graphql/stream', '/schema.graphql']) {
    const request = {
      method: 'GET',
      path: `${path}?query=${safe}`,
      headers: { accept: 'text/event-stream', ...headers },
    };
    expect((await ask(request)).status).toBeLessThan(500);
  }
});

test('nothing that a caller sends comes back in a header, but for an id of a request that is one', async () => {
  const { headers } = await ask({
    ...postJson({ query: SAFE }),
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'forged-1; path=/',
      'x-forwarded-for': 'forged-2',
      origin: 'https://forged-3.example',
    },
  });
  expect(JSON.stringify(headers)).not.toContain('forged');
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}
