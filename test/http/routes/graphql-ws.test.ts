import { once } from 'node:events';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createGatewayWorld, type GatewayWorld } from '../../support/gateway-world.ts';

const INIT = '{"type":"connection_init"}';
const FOLLOW = JSON.stringify({
  id: 'one',
  type: 'subscribe',
  payload: { query: 'subscription { messageAdded { cursor } }' },
});

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 5 });
});
afterAll(() => world.close());

const sockets: WebSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

async function open(protocols: string | string[] = 'graphql-transport-ws'): Promise<WebSocket> {
  const socket = new WebSocket(world.url.replace(/^http/, 'ws'), protocols);
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

/** Sends the frames, and waits for the server to close the socket. */
async function cooldownOf(
  socket: WebSocket,
  ...frames: (string | Buffer)[]
): Promise<{ code: number; reason: string }> {
  const closed = once(socket, 'close') as Promise<[number, Buffer]>;
  for (const frame of frames) socket.send(frame);
  const [code, reason] = await closed;
  return { code, reason: reason.toString() };
}

test.each([
  ['no JSON', 'hello'],
  ['JSON that is no object', '"connection_init"'],
  ['a type that there is not', '{"type":"start"}'],
  ['a subscription without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
  ['a subscription without a query', '{"id":"1","type":"subscribe","payload":{}}'],
  ['bytes', Buffer.from([0xff, 0x00])],
])('4400: a message that is %s', async (_, frame) => {
  expect(await cooldownOf(await open(), frame)).toEqual({ code: 4400, reason: 'Invalid message received' });
});

test('4401: an operation before the connection is acknowledged', async () => {
  expect(await cooldownOf(await open(), FOLLOW)).toEqual({ code: 4401, reason: 'Unauthorized' });
});

test('4408: no initialisation in three seconds, by whom says nothing and by whom pings', async () => {
  const began = performance.now();
  const timeout = { code: 4408, reason: 'Connection initialisation timeout' };
  expect(await Promise.all([cooldownOf(await open()), cooldownOf(await open(), '{"type":"ping"}')])).toEqual([
    timeout,
    timeout,
  ]);
  expect(performance.now() - began).toBeGreaterThan(2_900);
});

test('4409: an id that is in use', async () => {
  const socket = await open();
  socket.send(INIT);
  await once(socket, 'message');
  expect(await cooldownOf(socket, FOLLOW, FOLLOW)).toEqual({
    code: 4409,
    reason: 'Subscriber for one already exists',
  });
});

test('an id can be used again when its operation has ended', async () => {
  const socket = await open();
  const received: string[] = [];
  socket.on('message', (data: Buffer) =>
    received.push((JSON.parse(data.toString()) as { type: string }).type),
  );
  const query = JSON.stringify({ id: 'one', type: 'subscribe', payload: { query: '{ __typename }' } });
  const until = async (count: number): Promise<void> => {
    while (received.length < count) await once(socket, 'message');
  };
  socket.send(INIT);
  await until(1);
  socket.send(query);
  await until(3);
  socket.send(query);
  await until(5);
  expect(received).toEqual(['connection_ack', 'next', 'complete', 'next', 'complete']);
});

test('4429: a second initialisation', async () => {
  expect(await cooldownOf(await open(), INIT, INIT)).toEqual({
    code: 4429,
    reason: 'Too many initialisation requests',
  });
});

test('4500: what only a server may send; the reason tells nothing', async () => {
  expect(await cooldownOf(await open(), '{"type":"connection_ack"}')).toEqual({
    code: 4500,
    reason: 'Internal server error',
  });
});

/** Upgrades by hand: a client by the book gives up before it reads why. */
async function firstFrameFor(protocols: Record<string, string>): Promise<{ code: number; reason: string }> {
  const upgrade = request(world.url, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      ...protocols,
    },
  }).end();
  const [, socket, head] = (await once(upgrade, 'upgrade')) as [unknown, Duplex, Buffer];
  const frame = head.length > 0 ? head : ((await once(socket, 'data')) as [Buffer])[0];
  socket.destroy();
  // A final, unmasked frame of cooldown, and how long the rest is.
  expect([frame[0], frame[1]]).toEqual([0x88, frame.length - 2]);
  return { code: frame.readUInt16BE(2), reason: frame.subarray(4).toString() };
}

test.each([
  ['none', {}],
  ['that of subscriptions-transport-ws', { 'sec-websocket-protocol': 'graphql-ws' }],
])('4406: a subprotocol other than graphql-transport-ws: %s', async (_, protocols) => {
  expect(await firstFrameFor(protocols)).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
});

test('the subprotocol is found among several', async () => {
  const socket = await open(['graphql-ws', 'graphql-transport-ws']);
  expect(socket.protocol).toBe('graphql-transport-ws');
});
