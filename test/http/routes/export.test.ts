import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/util/clock.ts';
import { makeKey, type TestKey } from '../../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../../support/gateway-world.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { parseCsv } from '../../support/parse-csv.ts';
import { parseParquet } from '../../support/parse-parquet.ts';
import { isOnServer, withoutStandbyLine } from '../../support/test-store.ts';
import { walkTimeline } from '../../support/walk-timeline.ts';

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
  // Compressed, all of it could wait in the buffers of sockets.
  return fetch(new URL(`/export${query}`, of.url), {
    headers: { 'accept-encoding': 'identity', ...headers },
  });
}

test('it is every message of every channel, once and oldest first', async () => {
  const response = await get(open);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  const lines = (await response.text()).trimEnd().split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids).toEqual((await walkTimeline(() => open.url, { direction: 'ASC' })).map(({ id }) => id));
});

test('Parquet comes as row groups, and is whole with its end', async () => {
  const long = await createGatewayWorld({ messages: 600 });
  onTestFinished(() => long.close());
  const response = await get(long, '?format=parquet');
  expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
  const rows = await parseParquet(Buffer.from(await response.arrayBuffer()));
  const walk = await walkTimeline(() => long.url, { direction: 'ASC' });
  expect(rows.length).toBeGreaterThan(1_000);
  expect(rows.map(({ id }) => id)).toEqual(walk.map(({ id }) => id));
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
  '?channel=shop&channel=whatsapp',
  '?channel=shop,whatsapp',
  '?channel=whatsapp,shop&channel=shop',
])('%s is each message of both channels, once', async (query) => {
  const [head = [], ...rows] = parseCsv(await (await get(open, `${query}&format=csv`)).text());
  const channels = rows.map((row) => row[head.indexOf('channel')]);
  expect(channels.toSorted()).toEqual(['shop', 'whatsapp'].flatMap((name) => Array<string>(30).fill(name)));
});

test.each([
  ['?format=csv&format=csv', 400, /^format: /],
  ['?channel=', 400, /^There is no channel/],
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
    errors: [{ message: 'To export, your key or token needs the scopes export.' }],
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
    await long.stores.close();
    return response.text().then(
      () => ({ error: null }),
      (thrown: unknown) => ({ error: thrown }),
    );
  });
  expect(error).toBeInstanceOf(Error);
  // What it has still to close is closed already. SQLite fails then, a pool of connections does not.
  const closing = long.server.close();
  await (isOnServer ? closing : expect(closing).rejects.toThrow());
  await long.sandbox.close();
});

/** A channel with many times what sockets hold, so that an export whose reader does not read is not over. */
async function openLargeChannel(options: WorldOptions): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    messages: 3_000,
    only: ['shop'],
    ...options,
  });
  for (const record of world.sandbox.wechat.records) record.text = 'x'.repeat(2_000);
  onTestFinished(() => world.close());
  return world;
}

/** A gateway whose clock can be set forward, and which knows one key and the tokens of one issuer. */
async function openLong(): Promise<{
  world: GatewayWorld;
  key: TestKey;
  token: { authorization: string };
  lines: () => unknown[];
  forward: (ms: number) => void;
}> {
  const key = makeKey('bi', ['export', 'messages:read']);
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
  const issuer = createHttpServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  onTestFinished(() => {
    issuer.close();
  });
  const { port } = issuer.address() as AddressInfo;
  const memory = createMemoryLog('warn');
  let offset = 0;
  const world = await openLargeChannel({
    log: memory.log,
    clock: {
      ...systemClock,
      now: () => Date.now() + offset,
      monotonic: () => performance.now() + offset,
    },
    auth: {
      apiKeys: [key.entry],
      jwt: {
        issuer: 'login',
        audience: 'chats',
        jwksUri: `http://127.0.0.1:${port}/`,
        algorithms: ['ES256'],
      },
    },
  });
  const token = await new SignJWT({ iss: 'login', aud: 'chats', sub: 'anna', scope: 'export messages:read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setExpirationTime('1h')
    .sign(privateKey);
  return {
    world,
    key,
    token: { authorization: `Bearer ${token}` },
    lines: () => withoutStandbyLine(memory.lines()).map(({ msg, caller, err }) => ({ msg, caller, err })),
    forward: (ms) => {
      offset += ms;
    },
  };
}

const brokenOff = (caller: string): unknown => ({
  msg: 'An export was aborted',
  caller,
  err: expect.objectContaining({ name: 'RequestError', code: 'UNAUTHENTICATED' }) as unknown,
});

test('an export ends broken, and in the log, once its key is not in the configuration any more', async () => {
  const { world, key, lines } = await openLong();
  const response = await get(world, '', key.headers);
  expect(response.status).toBe(200);
  world.gateway.authenticator.replace({ apiKeys: [makeKey('other', ['messages:read']).entry] });
  await expect(response.text()).rejects.toThrow();
  await expect.poll(lines).toEqual([brokenOff('bi')]);
});

test('an export ends broken once its token has expired', async () => {
  const { world, token, lines, forward } = await openLong();
  const response = await get(world, '', token);
  expect(response.status).toBe(200);
  forward(2 * 3_600_000);
  await expect(response.text()).rejects.toThrow();
  await expect.poll(lines).toEqual([brokenOff('jwt:anna')]);
});

test('a client of HTTP/1.0, which is told no length and no chunks, sees that it was broken off', async () => {
  const { world, key } = await openLong();
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
  socket.write(`GET /export HTTP/1.0\r\nHost: localhost\r\nX-API-Key: ${key.key}\r\n\r\n`);
  await once(socket, 'readable');
  world.gateway.authenticator.replace({ apiKeys: [makeKey('other', ['messages:read']).entry] });
  const ended = new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
    socket.once('end', () => {
      resolve('in order');
    });
  });
  socket.resume();
  expect(await ended).toBe('ECONNRESET');
});

test('a key has so many exports under way and no more, over all its connections, and gets its place back', async () => {
  const [one, two] = [
    makeKey('one', ['export', 'messages:read']),
    makeKey('two', ['export', 'messages:read']),
  ];
  const long = await openLargeChannel({
    auth: { apiKeys: [one.entry, two.entry] },
    limits: { maxExports: 2 },
  });
  const begin = async (key: TestKey): Promise<{ status: number; end: () => void; body: Response }> => {
    const controller = new AbortController();
    const url = new URL('/export', long.url);
    const body = await fetch(url, { headers: key.headers, signal: controller.signal });
    return {
      status: body.status,
      body,
      end: () => {
        controller.abort();
      },
    };
  };
  const first = await begin(one);
  const second = await begin(one);
  const third = await begin(one);
  expect([first.status, second.status, third.status]).toEqual([200, 200, 429]);
  expect(await third.body.json()).toEqual({
    errors: [
      {
        message:
          'This key has 2 exports running and may have no more (limits.maxExports); wait until one has ended, or export several channels in one.',
        extensions: { code: 'RATE_LIMITED' },
      },
    ],
  });
  const other = await begin(two);
  expect(other.status).toBe(200);
  // What is refused takes no place.
  expect((await get(long, '?channel=nowhere', two.headers)).status).toBe(400);
  expect((await get(long, '?channel=nowhere', two.headers)).status).toBe(400);
  first.end();
  await expect
    .poll(async () => {
      const again = await begin(one);
      again.end();
      return again.status;
    })
    .toBe(200);
  second.end();
  other.end();
});

test('HEAD is not answered by reading a history', async () => {
  const response = await fetch(new URL('/export', open.url), { method: 'HEAD' });
  expect(response.status).toBe(404);
});
