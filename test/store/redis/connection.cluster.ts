import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createClient } from '@redis/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RedisConnection } from '../../../src/store/redis/connection.ts';
import { systemClock, type Clock } from '../../../src/util/clock.ts';
import { findFreePort } from '../../support/free-port.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: RedisServer;
let proxy: TcpProxy;
const opened: RedisConnection[] = [];
beforeEach(async () => {
  server = await startRedis();
  proxy = await createTcpProxy(() => server.url);
});
afterEach(async () => {
  for (const connection of opened.splice(0)) connection.close();
  await proxy.close();
  await server.kill();
});

interface Opened {
  connection: RedisConnection;
  received: string[];
  lines: () => unknown[];
  /** Sends a message to all that are connected. */
  publish: (text: string) => Promise<unknown>;
}

function open(url: string): Opened {
  const { log, lines } = createMemoryLog();
  const received: string[] = [];
  const subscription = { channel: 'bell', listener: (message: string) => received.push(message) };
  const connection = new RedisConnection(url, { clock: systemClock, log });
  opened.push(connection);
  connection.connect(subscription);
  return {
    connection,
    received,
    lines: () => lines().map(({ msg }) => msg),
    publish: (text) =>
      connection.run<unknown>(
        (client) => client.publish('bell', text),
        () => 'not sent',
      ),
  };
}

const viaProxy = (): string => proxy.url.replace(/^http/, 'redis');
const CONNECTED = 'Redis is connected';
/** After which a connection ends by itself. */
const SILENCE_MS = 5_000;
const LOST = 'Redis does not answer; the gateway goes on without it';

test('a server that is killed and starts again empty is used again, and the log says each once', async () => {
  const { connection, received, lines, publish } = open(server.url);
  await waitUntil(() => connection.isUp);
  expect(await publish('one')).toBe(1);
  await waitUntil(() => received.length === 1);
  await server.kill();
  await waitUntil(() => !connection.isUp);
  expect(await publish('lost')).toBe('not sent');
  await server.start();
  await waitUntil(() => connection.isUp);
  expect(await publish('two')).toBe(1);
  await waitUntil(() => received.length === 2);
  expect(received).toEqual(['one', 'two']);
  expect(lines()).toEqual([CONNECTED, LOST, CONNECTED]);
});

test('a gateway that starts before its server connects once that is there', async () => {
  await server.kill();
  const { connection, received, lines, publish } = open(server.url);
  await waitUntil(() => lines().length === 1);
  expect(await publish('lost')).toBe('not sent');
  await server.start();
  await waitUntil(() => connection.isUp);
  await publish('one');
  await waitUntil(() => received.length === 1);
  expect(lines()).toEqual([LOST, CONNECTED]);
});

test('a server that stops answering is noticed, and what waits for it goes on without it', async () => {
  const { connection, received, lines, publish } = open(server.url);
  await waitUntil(() => connection.isUp);
  server.signal('SIGSTOP');
  expect(await Promise.all(['a', 'b', 'c'].map(publish))).toEqual(['not sent', 'not sent', 'not sent']);
  expect(connection.isUp).toBe(false);
  server.signal('SIGCONT');
  await waitUntil(() => connection.isUp);
  await publish('again');
  await waitUntil(() => received.includes('again'));
  expect(lines()).toEqual([CONNECTED, LOST, CONNECTED]);
});

test('a connection that nothing passes any more is replaced, without a command that notices', async () => {
  const { connection, received, publish } = open(viaProxy());
  await waitUntil(() => connection.isUp);
  const changes: boolean[] = [];
  // It is down for a few milliseconds only.
  connection.onChange(() => changes.push(connection.isUp));
  proxy.freeze();
  await waitUntil(() => changes.length >= 2);
  expect(changes.slice(0, 2)).toEqual([false, true]);
  // On a machine that stalls, the new one may be replaced as well.
  await waitUntil(async () => (await publish('one')) !== 'not sent' && received.length > 0);
});

test('a connection that is cut at any moment is replaced', async () => {
  const { connection, received, publish } = open(viaProxy());
  for (let round = 0; round < 10; round++) {
    await waitUntil(() => connection.isUp);
    const sent = publish('lost');
    proxy.cut();
    await sent;
  }
  await waitUntil(() => connection.isUp);
  await publish('one');
  await waitUntil(() => received.includes('one'));
});

test('a command that the server refuses costs its answer only, and is logged once', async () => {
  const { connection, lines } = open(server.url);
  await waitUntil(() => connection.isUp);
  const refused = (): Promise<string> =>
    connection.run(
      (client) => client.sendCommand<string>(['NO-SUCH-COMMAND']),
      () => 'refused',
    );
  expect([await refused(), await refused()]).toEqual(['refused', 'refused']);
  expect([connection.isUp, connection.failures]).toEqual([true, 2]);
  expect(lines()).toEqual([CONNECTED, 'Redis refused a command']);
});

test('user, password and database of the URL are used, and no line of the log shows them', async () => {
  const own = await startRedis([
    '--user',
    'reader',
    'on',
    '>s3cret/?',
    '~*',
    '&*',
    '+@all',
    '--user',
    'default',
    'off',
  ]);
  const { log, text } = createMemoryLog();
  const subscription = { channel: 'bell', listener: () => undefined };
  const connect = (password: string): RedisConnection => {
    const url = own.url.replace('//', `//reader:${encodeURIComponent(password)}@`);
    const connection = new RedisConnection(`${url}/3`, { clock: systemClock, log });
    opened.push(connection);
    connection.connect(subscription);
    return connection;
  };
  try {
    const connection = connect('s3cret/?');
    await waitUntil(() => connection.isUp);
    const info = await connection.run(
      (client) => client.sendCommand<string>(['CLIENT', 'INFO']),
      () => '',
    );
    expect(/ db=(\d+) /.exec(info)?.[1]).toBe('3');
    connect('wr0ng');
    await waitUntil(() => text().includes('"code":"WRONGPASS"'));
    expect(text()).not.toMatch(/s3cret|wr0ng/);
  } finally {
    await own.kill();
  }
});

test('a user that may not subscribe yet is asked about again', async () => {
  const rights = [
    '--user',
    'reader',
    'on',
    '>p',
    '~*',
    'resetchannels',
    '+@all',
    '--user',
    'admin',
    'on',
    '>p',
    '+@all',
  ];
  const own = await startRedis(rights);
  const withUser = (user: string): string => own.url.replace('//', `//${user}:p@`);
  const admin = createClient({ url: withUser('admin') });
  try {
    const { connection, lines } = open(withUser('reader'));
    await waitUntil(() => lines().length > 0);
    expect(connection.isUp).toBe(false);
    await admin.connect();
    await admin.sendCommand(['ACL', 'SETUSER', 'reader', 'allchannels']);
    await waitUntil(() => connection.isUp);
    expect(lines()).toEqual([LOST, CONNECTED]);
  } finally {
    admin.destroy();
    await own.kill();
  }
});

test('a closed connection sends nothing, and does not come back', async () => {
  const { connection, lines, publish } = open(server.url);
  await waitUntil(() => connection.isUp);
  connection.close();
  expect([await publish('x'), connection.isUp]).toEqual(['not sent', false]);
  const { connection: never } = open('redis://127.0.0.1:1');
  never.close();
  expect(lines()).toEqual([CONNECTED]);
});

/** Passes everything on, but breaks the first connection off when it subscribes. */
async function createBreaker(target: string): Promise<{ url: string; close: () => void }> {
  let isBroken = false;
  const breaker = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), '127.0.0.1');
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.pipe(client);
    client.on('data', (chunk) => {
      if (!isBroken && /subscribe/i.test(chunk.toString('latin1'))) {
        isBroken = true;
        client.destroy();
      } else upstream.write(chunk);
    });
  });
  breaker.listen(0, '127.0.0.1');
  await once(breaker, 'listening');
  const { port } = breaker.address() as AddressInfo;
  return { url: `redis://127.0.0.1:${port}`, close: () => breaker.close() };
}

test('a connection that breaks while it subscribes receives messages once it is replaced', async () => {
  const breaker = await createBreaker(server.url);
  try {
    const { connection, received, publish } = open(breaker.url);
    await waitUntil(() => connection.isUp);
    expect(await publish('one')).toBe(1);
    await waitUntil(() => received.length === 1);
  } finally {
    opened.at(-1)?.close();
    breaker.close();
  }
});

test.each<[string, (port: number) => string]>([
  ['to a server that does not answer', (port) => `redis://127.0.0.1:${port}`],
  // TLS waits for the server's first word.
  ['by TLS', (port) => `rediss://127.0.0.1:${port}`],
])('what is closed while it connects %s leaves nothing open', { timeout: SILENCE_MS }, async (_, toUrl) => {
  const silent = createServer((socket) => socket.resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const { connection } = open(toUrl(port));
  const [accepted] = (await once(silent, 'connection')) as [Socket];
  const ended = once(accepted, 'close');
  accepted.on('error', () => undefined);
  connection.close();
  await ended;
  silent.close();
  await once(silent, 'close');
});

test('pauses between attempts to connect end when it is closed', async () => {
  const port = await findFreePort();
  const slept: { ms: number; signal: AbortSignal | undefined }[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (ms, signal) => {
      slept.push({ ms, signal });
      return systemClock.sleep(ms, signal);
    },
  };
  const connection = new RedisConnection(`redis://127.0.0.1:${port}`, { clock, log: createMemoryLog().log });
  opened.push(connection);
  connection.connect({ channel: 'bell', listener: () => undefined });
  // The others are between pings.
  await waitUntil(() => slept.filter(({ ms }) => ms < 500).length > 2);
  connection.close();
  expect(slept.filter(({ signal }) => !signal?.aborted)).toEqual([]);
});
