import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

const shop = makeKey('shop', ['export', 'messages:read', 'messages:secrets', 'participants:read'], ['shop']);
const reader = makeKey('reader', ['messages:read', 'participants:read']);
let world: GatewayWorld;
let open: GatewayWorld;
beforeAll(async () => {
  [world, open] = await Promise.all([
    createGatewayWorld({ messages: 30, auth: { apiKeys: [shop.entry, reader.entry] } }),
    createGatewayWorld({ messages: 30 }),
  ]);
});
afterAll(() => Promise.all([world.close(), open.close()]));

function get(of: GatewayWorld, query = '', headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL(`/export${query}`, of.url), { headers });
}

test('it is every message of every channel, once and oldest first', async () => {
  const response = await get(open);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  const lines = (await response.text()).trimEnd().split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids).toEqual((await walkTimeline(() => open.url, { direction: 'ASC' })).map(({ id }) => id));
});

test('a key has the channels that it opens, and no others', async () => {
  const text = await (await get(world, '?format=csv', shop.headers)).text();
  const [head = [], ...rows] = parseCsv(text);
  expect(rows).toHaveLength(30);
  expect(new Set(rows.map((row) => row[head.indexOf('channel')]))).toEqual(new Set(['shop']));
  const foreign = await get(world, '?channel=corp', shop.headers);
  expect(foreign.status).toBe(400);
  expect(await foreign.json()).toMatchObject({
    errors: [{ message: 'There is no channel corp; the configuration has shop.' }],
  });
});

test.each([
  ['?format=xml', 400, /^format: /],
  ['?since=yesterday', 400, /^since: must be a time/],
  ['?sinse=2026-01-01T00:00:00Z', 400, /sinse/],
])('%s is refused', async (query, status, message) => {
  const response = await get(open, query);
  expect(response.status).toBe(status);
  const { errors } = (await response.json()) as { errors: { message: string }[] };
  expect(errors[0]?.message).toMatch(message);
});

test('a key without the scopes is told which', async () => {
  const response = await get(world, '', reader.headers);
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    errors: [{ message: 'To export, your key or token needs the scopes export, messages:secrets.' }],
  });
  expect((await get(world)).status).toBe(401);
});

test('an export that cannot begin is an error, and one that cannot go on is broken off', async () => {
  const misconfigured = await createGatewayWorld({
    messages: 10,
    channels: ({ channels }) =>
      channels.map((entry) => (entry['name'] === 'shop' ? { ...entry, appSecret: 'wrong' } : entry)),
  });
  expect((await get(misconfigured)).status).toBe(500);
  await misconfigured.close();
  const long = await createGatewayWorld({ messages: 2_000 });
  const response = await get(long);
  expect(response.status).toBe(200);
  const { error } = await long.query('{ channels { name } }').then(async () => {
    // Its store is gone in the middle.
    await long.gateway.close();
    return response.text().then(
      () => ({ error: null }),
      (thrown: unknown) => ({ error: thrown }),
    );
  });
  expect(error).toBeInstanceOf(Error);
  // What it has still to close is closed already.
  await expect(long.server.close()).rejects.toThrow();
  await long.sandbox.close();
});
