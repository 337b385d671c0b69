import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeKey } from '../support/api-key.ts';
import { ask, createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';

const reader = makeKey('reader', ['messages:read']);
const limited = makeKey('limited', ['messages:read']);
const gone = makeKey('gone', ['messages:read']);
const FOLLOW = 'subscription { messageAdded { cursor } }';
const MAX_SUBSCRIPTIONS = 5;
let world: GatewayWorld;

beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 8,
    auth: { apiKeys: [reader.entry, limited.entry, gone.entry] },
    limits: { requestsPerMinute: 1_000_000, maxSubscriptions: MAX_SUBSCRIPTIONS },
  });
});
afterAll(() => world.close());

const INIT = JSON.stringify({
  type: 'connection_init',
  payload: { authorization: reader.headers.authorization },
});
const operation = (payload: unknown, id: unknown = '1'): string =>
  JSON.stringify({ id, type: 'subscribe', payload });
const query = (text: string): string => operation({ query: text });

interface Ending {
  /** With which the gateway closed the socket; null: it left it open. */
  code: number | null;
  messages: { type: string; payload?: unknown }[];
}

/** Sends frames, and a harmless operation behind them if the socket is still open; waits for its answer or the close. */
async function play(frames: (string | Buffer)[], isLetIn = true): Promise<Ending> {
  const socket = new WebSocket(world.url.replace('http', 'ws'), 'graphql-transport-ws');
  const messages: Ending['messages'] = [];
  const end = Promise.withResolvers<number | null>();
  socket.on('error', () => undefined);
  socket.on('close', (code) => {
    end.resolve(code);
  });
  await once(socket, 'open');
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as { type: string; id?: string; payload?: unknown };
    if (message.id === 'last' && message.type === 'complete') end.resolve(null);
    if (message.id !== 'last') messages.push(message);
    if (message.type === 'connection_ack') {
      for (const frame of frames) socket.send(frame);
      socket.send(operation({ query: '{ __typename }' }, 'last'));
    }
  });
  if (isLetIn) socket.send(INIT);
  else for (const frame of frames) socket.send(frame);
  const code = await end.promise;
  socket.terminate();
  return { code, messages: messages.filter(({ type }) => type !== 'connection_ack') };
}

test.each<[string, (string | Buffer)[], number]>([
  ['no JSON', ['nonsense'], 4400],
  ['an empty frame', [''], 4400],
  ['bytes', [Buffer.from([0, 255, 1])], 4400],
  ['a list', ['[]'], 4400],
  ['null', ['null'], 4400],
  ['a type that there is not', ['{"type":"start"}'], 4400],
  ['a type of every object', ['{"type":"__proto__"}'], 4400],
  ['an operation without id', ['{"type":"subscribe","payload":{"query":"{ a }"}}'], 4400],
  ['an operation whose id is a number', [operation({ query: '{ a }' }, 1)], 4400],
  ['an operation with an empty id', [operation({ query: '{ a }' }, '')], 4400],
  ['an operation without payload', ['{"id":"1","type":"subscribe"}'], 4400],
  ['an operation without query', [operation({})], 4400],
  ['a query that is a list', [operation({ query: ['{ a }'] })], 4400],
  ['variables that are a list', [operation({ query: '{ a }', variables: [1] })], 4400],
  ['an operationName that is a number', [operation({ query: '{ a }', operationName: 7 })], 4400],
  ['extensions that are a text', [operation({ query: '{ a }', extensions: 'x' })], 4400],
  ['lists in lists', ['['.repeat(100_000)], 4400],
  ['a second connection_init', [INIT], 4429],
  ['an id twice', [operation({ query: FOLLOW }), operation({ query: FOLLOW })], 4409],
  ['a frame of two megabytes', ['x'.repeat(2 * 1024 * 1024)], 1009],
])('a socket is closed cleanly for %s', async (_, frames, code) => {
  expect((await play(frames)).code).toBe(code);
});

test.each<[string, string[], number]>([
  ['an operation', [query('{ __typename }')], 4401],
  ['no JSON', ['nonsense'], 4400],
  ['a bad key', ['{"type":"connection_init","payload":{"authorization":"Bearer x"}}'], 4403],
  [
    'credentials that are a list',
    ['{"type":"connection_init","payload":{"authorization":["Bearer x"]}}'],
    4403,
  ],
  [
    'credentials of every object',
    ['{"type":"connection_init","payload":{"__proto__":{"authorization":"x"}}}'],
    4403,
  ],
  ['credentials that are null', ['{"type":"connection_init","payload":null}'], 4400],
  ['an operation before the key is looked at', [INIT, query('{ __typename }')], 4401],
])('a socket that begins with %s is closed', async (_, frames, code) => {
  const ending = await play(frames, false);
  expect([code, 4403, 4401]).toContain(ending.code);
  expect(ending.messages).toEqual([]);
});

test.each<[string, string]>([
  ['one that cannot be parsed', '{'],
  ['nothing', ''],
  ['a mutation', 'mutation { a }'],
  ['one that is too deep', `${'{ node(id: "x") '.repeat(100)}{ id }${' }'.repeat(100)}`],
  ['too many aliases', `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
  ['too much', '{ messages(first: 30000) { nodes { id } } }'],
  ['a fragment that spreads itself', '{ ...F } fragment F on Query { ...F }'],
  ['what needs another scope', '{ messages { nodes { ... on WeComMessage { secretKey } } } }'],
  ['a cursor that is none', 'subscription { messageAdded(after: "x") { cursor } }'],
  ['two subscriptions in one', 'subscription { a: messageAdded { cursor } b: messageAdded { cursor } }'],
])('an operation is refused with an error, and the socket stays: %s', async (_, text) => {
  const { code, messages } = await play([query(text)]);
  expect(code).toBe(null);
  expect(JSON.stringify(messages)).toMatch(/"message"/);
  expect(JSON.stringify(messages)).not.toMatch(/INTERNAL_SERVER_ERROR|Something went wrong/);
});

test('a socket whose holder never says who he is is closed', async () => {
  expect((await play([], false)).code).toBe(4408);
});

test('a key may have so many subscriptions open and no more, over all its sockets; one that ends makes room', async () => {
  const headers = { authorization: limited.headers.authorization };
  const open = Array.from({ length: MAX_SUBSCRIPTIONS }, () =>
    subscribe<unknown>(world.url, FOLLOW, {}, headers),
  );
  await Promise.all(open.map(({ connected }) => connected));
  // The gateway has taken them once it has answered another request.
  await ask(world.url, '{ channels { name } }', {}, limited.headers);
  const refused = subscribe<unknown>(world.url, FOLLOW, {}, headers);
  await refused.until(1);
  expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  const stream = await fetch(`${world.url}/stream?query=${encodeURIComponent(FOLLOW)}`, {
    headers: { ...limited.headers, accept: 'text/event-stream' },
  });
  expect(await stream.text()).toContain('RATE_LIMITED');
  const [first] = open;
  first?.close();
  await first?.closed;
  const another = subscribe<unknown>(world.url, FOLLOW, {}, headers);
  await another.connected;
  await ask(world.url, '{ channels { name } }', {}, limited.headers);
  expect(another.errors).toEqual([]);
  for (const subscriber of [refused, another, ...open.slice(1)]) subscriber.close();
});

test('a key that is taken away while it is being answered gets that answer and no more', async () => {
  world.sandbox.wechat.server.knobs.delayMs = 300;
  const before = world.sandbox.wechat.server.calls.length;
  const slow = ask(world.url, '{ messages(first: 1) { nodes { id } } }', {}, gone.headers);
  await expect.poll(() => world.sandbox.wechat.server.calls.length).toBeGreaterThan(before);
  world.gateway.authenticator.replace({ apiKeys: [reader.entry, limited.entry] });
  expect((await slow).status).toBe(200);
  expect((await ask(world.url, '{ channels { name } }', {}, gone.headers)).status).toBe(401);
  world.sandbox.wechat.server.knobs.delayMs = 0;
});

test('a request that does not arrive times out', async () => {
  world.server.server.requestTimeout = 300;
  world.server.server.headersTimeout = 300;
  const { hostname, port } = new URL(world.url);
  const head = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\n';
  const body = `Authorization: ${reader.headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  for (const text of ['', head, head + body]) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    if (text !== '') socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  }
});

test('no more connections are taken than are configured', async () => {
  world.server.server.maxConnections = 1;
  const { hostname, port } = new URL(world.url);
  const sockets = Array.from({ length: 4 }, () =>
    connect(Number(port), hostname).on('error', () => undefined),
  );
  await Promise.all(sockets.slice(1).map((socket) => once(socket.resume(), 'close')));
  for (const socket of sockets) socket.destroy();
});
