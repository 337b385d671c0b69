import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { deliver } from '../../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 5, live: { reconcileSeconds: 3_600 } });
});
afterAll(() => world.close());

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const QUERY = '{ channels { name } }';
const FOLLOW = 'subscription { messageAdded(filter: { channels: ["whatsapp"] }) { node { text } } }';

/** A request as it is on the wire. */
function toRequest(path: string, query: string, version: '1.0' | '1.1'): string {
  const body = JSON.stringify({ query });
  const headers = `Host: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${body.length}`;
  return `POST ${path} HTTP/${version}\r\n${headers}\r\n\r\n${body}`;
}

interface Client {
  /** What came until it had `text` in it. */
  until: (text: string) => Promise<string>;
}

async function send(...requests: string[]): Promise<Client> {
  const { port, hostname } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  socket.write(requests.join(''));
  return {
    until: async (text) => {
      while (!received.includes(text)) await once(socket, 'data');
      return received;
    },
  };
}

async function publish(content: string): Promise<void> {
  const { whatsApp } = world.sandbox;
  const record = whatsApp.add({ contentType: 0, content });
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]));
}

const eventOf = (text: string): string =>
  `event: next\ndata: ${JSON.stringify({ data: { messageAdded: { node: { text } } } })}\n\n`;
const chunkOf = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

test('each event is one chunk, whose length is in bytes', async () => {
  const clients = [
    await send(toRequest('/graphql/stream', FOLLOW, '1.1')),
    await send(toRequest('/graphql/stream', FOLLOW, '1.1')),
  ];
  for (const client of clients) await client.until(':\n\n');
  await publish('茶🍵');
  await publish('two');
  for (const client of clients) {
    const [head, body] = (await client.until('two"')).split('\r\n\r\n', 2);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*transfer-encoding: chunked/i);
    expect(body).toBe(`${chunkOf(':\n\n')}${chunkOf(eventOf('茶🍵'))}${chunkOf(eventOf('two'))}`);
  }
});

test('a client of HTTP/1.0 gets the events without chunks', async () => {
  const client = await send(toRequest('/graphql/stream', FOLLOW, '1.0'));
  await client.until(':\n\n');
  await publish('old');
  const [head, body] = (await client.until('old"')).split('\r\n\r\n', 2);
  expect(head).not.toMatch(/chunked/);
  expect(body).toBe(`:\n\n${eventOf('old')}`);
});

test('a stream that is asked for behind a query begins after its answer', async () => {
  const client = await send(toRequest('/graphql', QUERY, '1.1'), toRequest('/graphql/stream', FOLLOW, '1.1'));
  await client.until(':\n\n');
  await publish('late');
  const received = await client.until('late"');
  expect(received.indexOf('"channels"')).toBeLessThan(received.indexOf('text/event-stream'));
  expect(received.endsWith(`\r\n\r\n${chunkOf(':\n\n')}${chunkOf(eventOf('late'))}`)).toBe(true);
});
