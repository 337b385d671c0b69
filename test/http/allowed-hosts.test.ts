import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { postJson, send } from '../support/raw-http.ts';

const reader = makeKey('reader', ['messages:read']);
const QUERY = { query: '{ channels { name } }' };
let world: GatewayWorld;
afterEach(() => world.close());

test('without keys only requests for this machine are answered, whatever name is pointed at it', async () => {
  world = await createGatewayWorld({ messages: 4 });
  const { origin, port } = new URL(world.url);
  const statusFor = async (host: string): Promise<number> =>
    (await send(origin, postJson(QUERY, { host }))).status;
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST'])
    expect(await statusFor(host)).toBe(200);
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
  ])
    expect(await statusFor(host)).toBe(403);
  const socket = new WebSocket(world.url.replace('http', 'ws'), 'graphql-transport-ws', {
    headers: { host: 'evil.example' },
  });
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  socket.on('error', () => undefined).terminate();
  expect(response.statusCode).toBe(403);
});

test('pages of other origins are not let read what is answered', async () => {
  world = await createGatewayWorld({ messages: 4 });
  const { origin } = new URL(world.url);
  for (const foreign of ['https://evil.example', 'null', origin.replace('127.0.0.1', 'evil.example')]) {
    const answer = await send(origin, postJson(QUERY, { origin: foreign }));
    expect(answer.headers['access-control-allow-origin']).toBe(undefined);
    const preflight = await send(origin, {
      method: 'OPTIONS',
      headers: { origin: foreign, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers['access-control-allow-origin']).toBe(undefined);
  }
});

test('requests are counted for their key, however it is sent and whatever is asked', async () => {
  world = await createGatewayWorld({
    messages: 4,
    auth: { apiKeys: [reader.entry] },
    limits: { requestsPerMinute: 4 },
  });
  const { origin } = new URL(world.url);
  const basic = `Basic ${Buffer.from(`x:${reader.key}`).toString('base64')}`;
  const get = (path: string): Record<string, string> => ({ method: 'GET', path });
  const query = encodeURIComponent(QUERY.query);
  const statuses = [
    await send(origin, postJson(QUERY, { authorization: `bEARER ${reader.key}` })),
    await send(origin, { ...get(`/graphql?query=${query}`), headers: { 'X-Api-Key': reader.key } }),
    await send(origin, { ...get('/schema.graphql'), headers: { authorization: basic } }),
    await send(origin, { method: 'HEAD', path: '/schema.graphql', headers: reader.headers }),
    await send(origin, postJson(QUERY, { authorization: basic, 'x-forwarded-for': '10.0.0.1' })),
    await send(origin, { ...get(`/graphql/stream?query=${query}`), headers: reader.headers }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
});
