import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const all = makeKey('all', ['messages:read', 'participants:read']);
const shop = makeKey('shop-only', ['messages:read'], ['shop']);
const exporter = makeKey('exporter', ['export']);
const CHANNELS = '{ channels { name } }';
let world: GatewayWorld;

beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 20,
    auth: { apiKeys: [all.entry, shop.entry, exporter.entry] },
    limits: { requestsPerMinute: 50 },
  });
});
afterAll(() => world.close());

const ALL_FOUR = { channels: ['broadcast', 'corp', 'shop', 'whatsapp'].map((name) => ({ name })) };

test.each([
  ['Bearer', { authorization: `Bearer ${all.key}` }],
  ['bearer, in any case', { authorization: `bEARER  ${all.key}` }],
  ['X-API-Key', { 'x-api-key': all.key }],
  ['the password of HTTP Basic', { authorization: basic('anything', all.key) }],
  ['the user name of HTTP Basic, without a password', { authorization: basic(all.key, '') }],
])('a key is taken as %s', async (_, headers) => {
  expect(await world.query(CHANNELS, {}, headers)).toEqual({ status: 200, data: ALL_FOUR, errors: [] });
});

test.each([
  ['nothing', {}],
  ['another key', { authorization: 'Bearer chg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['the hash of a key', { authorization: `Bearer ${all.entry.sha256}` }],
  ['a key cut short', { 'x-api-key': all.key.slice(0, -1) }],
  ['the name of a key', { authorization: basic('all', '') }],
  ['another scheme', { authorization: `Digest ${all.key}` }],
  ['a token where none are configured', { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x' }],
])('with %s the answer is 401 and tells how to do better', async (_, headers) => {
  for (const path of ['/graphql', '/graphql/stream', '/schema.graphql']) {
    const url = new URL(path, world.url);
    if (path !== '/schema.graphql') url.searchParams.set('query', CHANNELS);
    const response = await fetch(url, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer, Basic realm="chat history"');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  }
});

test('health needs no key, and says nothing', async () => {
  const response = await fetch(new URL('/health/live', world.url));
  expect(await response.json()).toEqual({ status: 'ok' });
});

test('what is not among the channels of a key does not exist for it', async () => {
  expect((await world.query(CHANNELS, {}, shop.headers)).data).toEqual({ channels: [{ name: 'shop' }] });
  const { data } = await world.query('{ channel(name: "corp") { name } }', {}, shop.headers);
  expect(data).toEqual({ channel: null });
  const refusals = await Promise.all(
    ['corp', 'nowhere'].map((name) =>
      world.query(
        'query ($names: [String!]) { messages(filter: { channels: $names }) { nodes { id } } }',
        { names: [name] },
        shop.headers,
      ),
    ),
  );
  const [foreign, missing] = refusals.map(({ errors }) => errors[0]?.message);
  expect(foreign?.replace('corp', 'nowhere')).toBe(missing);
});

test('a scope that a key does not have is named, with the field that needs it', async () => {
  const { status, errors } = await world.query(CHANNELS, {}, exporter.headers);
  expect(status).toBe(403);
  expect(errors).toEqual([
    {
      message:
        'Your key or token lacks a scope: Query.channels needs the scope messages:read; Channel.name needs the scope messages:read.',
      extensions: { code: 'FORBIDDEN' },
    },
  ]);
});

test('without participants:read people are masked, the same one the same', async () => {
  const people =
    '{ messages(first: 20) { nodes { sender { nativeId displayName } conversation { nativeId } } } }';
  const { data: open } = await world.query(people, {}, all.headers);
  const names = JSON.stringify(open).match(/"nativeId":"[^"]+"/g) ?? [];
  expect(names.length).toBeGreaterThan(10);
  const { data: masked } = await world.query(
    people.replace('first: 20', 'first: 20, filter: { channels: ["shop"] }'),
    {},
    shop.headers,
  );
  const hidden = JSON.stringify(masked).match(/"nativeId":"hidden-[\w-]{16}"/g) ?? [];
  expect(hidden.length).toBeGreaterThan(0);
  expect(JSON.stringify(masked)).not.toMatch(/"(nativeId|displayName)":"(?!hidden-)/);
  expect(await world.query(people, {}, shop.headers)).toEqual(await world.query(people, {}, shop.headers));
});

test('a key that asks too often is told when to come again, and others are not held up', async () => {
  const busy = await createGatewayWorld({
    messages: 4,
    auth: { apiKeys: [all.entry, shop.entry] },
    limits: { requestsPerMinute: 3 },
  });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) statuses.push((await busy.query(CHANNELS, {}, all.headers)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const refused = await fetch(`${busy.url}?query=${encodeURIComponent(CHANNELS)}`, { headers: all.headers });
  const seconds = refused.headers.get('retry-after') ?? '';
  expect(seconds).toMatch(/^\d+$/);
  expect(Number(seconds)).toBeLessThanOrEqual(60);
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: Number(seconds) } }],
  });
  expect((await busy.query(CHANNELS, {}, shop.headers)).status).toBe(200);
  await busy.close();
});

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
