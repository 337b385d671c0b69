import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const UPGRADE = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
  'Sec-WebSocket-Protocol': 'graphql-transport-ws',
};
const BODY = { 'Content-Type': 'application/json', 'Content-Length': '1000' };

let world: GatewayWorld;
const memory = createMemoryLog();
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 5, log: memory.log });
});
afterAll(() => world.close());

const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

/** Requests an upgrade, on a connection that the client never closes. @returns the first line of the answer */
async function upgrade(method: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  const { hostname, port } = new URL(world.url);
  const client = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  clients.push(client);
  client.on('error', () => undefined);
  const lines = Object.entries({ ...UPGRADE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  client.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [answer] = (await once(client, 'data')) as [Buffer];
  return answer.toString('latin1').split('\r\n', 1)[0] ?? '';
}

const connections = (): Promise<number> =>
  new Promise((resolve, reject) => {
    world.server.server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });

test('a refused upgrade is answered, and its connection ends whatever its client does', async () => {
  const answers = await Promise.all([
    upgrade('GET', '/nowhere'),
    upgrade('GET', '/export'),
    upgrade('GET', '/health/live'),
    upgrade('HEAD', '/graphql'),
    upgrade('POST', '/graphql', BODY),
    upgrade('POST', '/nowhere', BODY),
    upgrade('GET', '/graphql', { Upgrade: 'h2c' }),
    upgrade('GET', '/%zz'),
    upgrade('GET', `/webhooks/${'a'.repeat(300)}/callback`),
    upgrade('GET', '/graphql', { Host: 'evil.example' }),
    upgrade('GET', '/graphql', { Origin: 'https://evil.example' }),
    upgrade('GET', '/graphql', { 'Sec-WebSocket-Version': '99' }),
  ]);
  expect(answers).toEqual([
    ...Array.from({ length: 7 }, () => 'HTTP/1.1 404 Not Found'),
    'HTTP/1.1 400 Bad Request',
    'HTTP/1.1 414 URI Too Long',
    'HTTP/1.1 403 Forbidden',
    'HTTP/1.1 403 Forbidden',
    'HTTP/1.1 400 Bad Request',
  ]);
  await expect.poll(connections, { timeout: 30_000 }).toBe(0);
});

test('every upgrade has a line in the log, with the status of its answer', async () => {
  await Promise.all([
    upgrade('GET', '/nowhere', { 'X-Request-Id': 'upgrade-nowhere' }),
    upgrade('GET', '/graphql', { 'X-Request-Id': 'upgrade-foreign', Origin: 'https://evil.example' }),
    upgrade('GET', '/graphql', { 'X-Request-Id': 'upgrade-invalid', 'Sec-WebSocket-Version': '99' }),
    upgrade('GET', '/graphql', { 'X-Request-Id': 'upgrade-accepted' }),
  ]);
  for (const client of clients) client.destroy();
  const ends = (): unknown[] =>
    memory
      .lines()
      .filter(({ requestId }) => String(requestId).startsWith('upgrade-'))
      .map(({ requestId, route, status }) => [requestId, route, status])
      .toSorted();
  await expect.poll(ends, { timeout: 30_000 }).toEqual([
    ['upgrade-accepted', '/graphql (websocket)', 101],
    ['upgrade-foreign', '/graphql', 403],
    ['upgrade-invalid', '/graphql', 400],
    ['upgrade-nowhere', 'none', 404],
  ]);
});

test('a socket is accepted with a query string in its URL', async () => {
  expect(await upgrade('GET', '/graphql?from=here')).toBe('HTTP/1.1 101 Switching Protocols');
  expect(await connections()).toBe(1);
});
