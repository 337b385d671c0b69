import { toEntries } from '../../src/audit/entry.ts';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';
import { toArray } from '../support/to-array.ts';

const shop = makeKey('shop-only', ['messages:read'], ['shop']);
const whatsapp = makeKey('whatsapp-only', ['messages:read'], ['whatsapp']);
const FOLLOW = 'subscription { messageAdded { node { channel { name } } } }';
let world: GatewayWorld;

afterEach(() => world.close());

async function open(): Promise<void> {
  world = await createGatewayWorld({
    messages: 10,
    auth: { apiKeys: [shop.entry, whatsapp.entry] },
    live: { pollSeconds: 1, reconcileSeconds: 1 },
  });
}

test('a socket is let in by the credentials in connection_init, spelt as headers are', async () => {
  await open();
  const subscriber = subscribe<unknown>(world.url, FOLLOW, {}, { Authorization: shop.headers.authorization });
  await subscriber.connected;
  subscriber.close();
  const other = subscribe<unknown>(world.url, FOLLOW, {}, { 'X-API-Key': shop.key });
  await other.connected;
  other.close();
});

test.each([{}, { Authorization: 'Bearer nonsense' }, { Authorization: { toString: 'x' } }])(
  'a socket without a good key is closed as forbidden: %j',
  async (connectionParams) => {
    await open();
    expect(await subscribe(world.url, FOLLOW, {}, connectionParams).closed).toBe(4403);
  },
);

test('events of channels that a key does not open do not reach its holder', async () => {
  await open();
  const subscriber = subscribe<{ node: { channel: { name: string } } }>(world.url, FOLLOW, {}, shop.headers);
  const both = subscribe<{ node: { channel: { name: string } } }>(world.url, FOLLOW, {}, whatsapp.headers);
  await Promise.all([subscriber.connected, both.connected]);
  // Subscribing is under way once an operation of the same socket has been answered.
  await world.query('{ messages(first: 1) { nodes { id } } }', {}, shop.headers);
  world.sandbox.whatsApp.add({});
  world.sandbox.wechat.add({});
  await Promise.all([subscriber.until(1), both.until(1)]);
  expect(new Set(subscriber.received.map(({ node }) => node.channel.name))).toEqual(new Set(['shop']));
  expect(new Set(both.received.map(({ node }) => node.channel.name))).toEqual(new Set(['whatsapp']));
  subscriber.close();
  both.close();
});

test('equal streams get equal bytes, and each reader is recorded; one of another tenant gets none of them', async () => {
  await open();
  const read = async ({ headers }: typeof shop): Promise<() => Promise<string>> => {
    const { body } = await fetch(`${world.url}/stream?query=${encodeURIComponent(FOLLOW)}`, {
      headers: { ...headers, accept: 'text/event-stream' },
    });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return async () => {
      while (!text.includes('}}}\n\n')) text += (await reader?.read())?.value ?? '';
      await reader?.cancel();
      return text.slice(text.indexOf('event: next'));
    };
  };
  const texts = await Promise.all([shop, shop, whatsapp].map(read));
  world.sandbox.wechat.add({});
  const event = (name: string): string =>
    `event: next\ndata: {"data":{"messageAdded":{"node":{"channel":{"name":"${name}"}}}}}\n\n`;
  const ofShop = texts.slice(0, 2).map((text) => text());
  expect(await Promise.all(ofShop)).toEqual([event('shop'), event('shop')]);
  world.sandbox.whatsApp.add({});
  expect(await texts[2]?.()).toBe(event('whatsapp'));
  const rows = await toArray(world.stores.store.audit.rows(1));
  const readers = rows.flatMap(toEntries).map(({ caller }) => caller);
  expect(readers.sort()).toEqual(['shop-only', 'shop-only', 'whatsapp-only']);
});

test('a key that is taken away closes its sockets and streams, and no others', async () => {
  await open();
  const taken = subscribe<unknown>(world.url, FOLLOW, {}, shop.headers);
  const kept = subscribe<unknown>(world.url, FOLLOW, {}, whatsapp.headers);
  const stream = await fetch(`${world.url}/stream?query=${encodeURIComponent(FOLLOW)}`, {
    headers: { ...shop.headers, accept: 'text/event-stream' },
  });
  expect(stream.status).toBe(200);
  await Promise.all([taken.connected, kept.connected]);
  world.gateway.authenticator.replace({ apiKeys: [whatsapp.entry] });
  expect(await taken.closed).toBe(4403);
  await expect(readToEnd(stream)).rejects.toThrow();
  world.sandbox.whatsApp.add({});
  await kept.until(1);
  expect(kept.errors).toEqual([]);
  kept.close();
});

test('a page of another origin cannot open a socket', async () => {
  await open();
  const statusFor = async (origin: string): Promise<number> => {
    const socket = new WebSocket(world.url.replace('http', 'ws'), 'graphql-transport-ws', { origin });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    socket.on('error', () => undefined).terminate();
    return response.statusCode;
  };
  expect(await statusFor('https://evil.example.com')).toBe(403);
  expect(await statusFor('null')).toBe(403);
  const own = new WebSocket(world.url.replace('http', 'ws'), 'graphql-transport-ws', {
    origin: new URL(world.url).origin,
  });
  await once(own, 'open');
  own.terminate();
});

async function readToEnd(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
}
