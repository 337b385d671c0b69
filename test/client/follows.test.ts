import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import {
  createClient,
  GatewayError,
  type ClientOptions,
  type FollowMessagesOptions,
  type GatewayClient,
  type MessageAdded,
  type RequestFailedError,
} from '../../src/client/index.ts';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import {
  createScriptedServer,
  html,
  json,
  type Scene,
  type ScriptedServer,
} from '../support/scripted-server.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-client-'));
const closing: { close(): Promise<void> }[] = [];
let stop = new AbortController();
afterEach(async () => {
  stop.abort();
  stop = new AbortController();
  for (const one of closing.splice(0).reverse()) await one.close();
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Stage {
  world: GatewayWorld;
  proxy: TcpProxy;
  client: GatewayClient;
  /** How many streams of events the client has opened. */
  streams: () => number;
  /** A customer writes, and the provider tells the gateway. @returns the text */
  arrive: () => Promise<string>;
}

let stores = 0;
async function open(options: Partial<ClientOptions> = {}, store?: string): Promise<Stage> {
  const world = await createGatewayWorld({
    messages: 5,
    store: store ?? `sqlite:${directory}/${++stores}.db`,
    isEmbedded: store === 'memory:',
    live: { pollSeconds: 3_600, reconcileSeconds: 3_600 },
  });
  closing.push(world);
  const proxy = await createTcpProxy(() => world.url);
  closing.push(proxy);
  let written = 0;
  let streams = 0;
  const countingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) streams++;
    return response;
  };
  const retry = { baseDelayMs: 10, maxRetries: 100 };
  return {
    world,
    proxy,
    client: createClient({ url: proxy.url, retry, fetch: countingFetch, ...options }),
    streams: () => streams,
    arrive: async () => {
      const text = `number ${++written}`;
      const { whatsApp } = world.sandbox;
      const record = whatsApp.add({ contentType: 0, content: text });
      expect((await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]))).status).toBe(200);
      return text;
    },
  };
}

interface Follower {
  received: MessageAdded[];
  reconnects: RequestFailedError[];
  /** How many connections were accepted. */
  connects: number;
  /** Waits until so many have come in all. */
  until(count: number): Promise<string[]>;
  ended: Promise<unknown>;
}

function follow(client: GatewayClient, options: FollowMessagesOptions = {}): Follower {
  const follower: Follower = {
    received: [],
    reconnects: [],
    connects: 0,
    until: async (count) => {
      while (follower.received.length < count) {
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), failed]);
      }
      return follower.received.map(({ node }) => node.text ?? '');
    },
    ended: Promise.resolve(),
  };
  const { signal } = stop;
  const reading = (async () => {
    const events = client.followMessages({
      filter: { channels: ['whatsapp'] },
      signal,
      onReconnect: (error) => follower.reconnects.push(error),
      onConnect: () => follower.connects++,
      ...options,
    });
    for await (const event of events) follower.received.push(event);
  })();
  follower.ended = reading.catch((error: unknown) => error);
  const failed = reading.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  // Tests look at it later, or never.
  void Promise.allSettled([failed]);
  return follower;
}

test('each new message comes once, however often the gateway restarts and the wire is cut', async () => {
  const { world, proxy, client, arrive, streams } = await open();
  const follower = follow(client);
  await waitUntil(() => streams() >= 1);
  expect(follower).toMatchObject({ connects: 1, reconnects: [] });
  const sent: string[] = [];
  for (let round = 0; round < 4; round++) {
    sent.push(await arrive());
    await follower.until(sent.length);
    if (round % 2 === 0) await world.restart();
    else proxy.cut();
    // Nobody can be following just now.
    sent.push(await arrive(), await arrive());
  }
  expect(await follower.until(sent.length)).toEqual(sent);
  expect(new Set(follower.received.map(({ node }) => node.id)).size).toBe(sent.length);
  expect(follower.reconnects.length).toBeGreaterThanOrEqual(4);
  // Between two breaks there is one; attempts that fail come on top.
  expect(follower.connects).toBe(streams());
  const { node } = await (async () => {
    for await (const event of client.followMessages({ after: follower.received[4]?.cursor })) return event;
    throw new Error('It ended');
  })();
  expect(node).toEqual(follower.received[5]?.node);
});

test('what comes before the first event, while the wire is cut, is not missed', async () => {
  const { client, arrive, world, streams } = await open();
  const follower = follow(client);
  await waitUntil(() => streams() >= 1);
  await world.restart();
  const sent = [await arrive(), await arrive()];
  expect(await follower.until(2)).toEqual(sent);
});

test('what was read before and what is followed then have no gap between them', async () => {
  const { client, arrive } = await open();
  const { liveCursor } = await client.request<{ liveCursor: string }, object>('{ liveCursor }');
  const sent = [await arrive()];
  const follower = follow(client, { after: liveCursor });
  sent.push(await arrive());
  expect(await follower.until(2)).toEqual(sent);
});

test('a connection that times out is replaced by another', async () => {
  const { proxy, client, arrive, streams } = await open({ timeoutMs: 4_000 });
  const follower = follow(client);
  await waitUntil(() => streams() >= 1);
  const sent = [await arrive()];
  await follower.until(1);
  proxy.freeze();
  sent.push(await arrive());
  expect(await follower.until(2)).toEqual(sent);
  expect(follower.reconnects.map(({ message }) => message)).toContain(
    'The gateway timed out: no answer for 4000 ms',
  );
});

test('a cursor whose events are gone is an error that says so', async () => {
  const { world, client, arrive, streams } = await open({}, 'memory:');
  const follower = follow(client);
  await waitUntil(() => streams() >= 1);
  await arrive();
  await follower.until(1);
  // With its memory, its events are gone.
  await world.restart();
  const error = await follower.ended;
  expect(error).toBeInstanceOf(GatewayError);
  expect(error).toMatchObject({ code: 'BAD_CURSOR', retryable: false, path: ['messageAdded'] });
});

test('a follower stops when it is told to, by a signal or by return, also while it waits', async () => {
  const { client, streams } = await open();
  const follower = follow(client);
  const events = client.followMessages();
  const waiting = events.next();
  await waitUntil(() => streams() >= 2);
  expect(await events.return?.()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await events.next()).toEqual({ done: true, value: undefined });
  stop.abort(new Error('enough'));
  expect(await follower.ended).toEqual(new Error('enough'));
});

test('a reader who takes nothing while the wire is cut has the rest afterwards', async () => {
  const { proxy, client, arrive, streams } = await open();
  const events = client.followMessages();
  const first = events.next();
  await waitUntil(() => streams() >= 1);
  const text = await arrive();
  expect((await first).value).toMatchObject({ node: { text } });
  proxy.cut();
  const missed = [await arrive(), await arrive()];
  for (const expected of missed) {
    expect((await events.next()).value).toMatchObject({ node: { text: expected } });
  }
  await events.return?.();
});

test('how far messages get is followed likewise', async () => {
  const { world, proxy, client, streams } = await open();
  const { whatsApp } = world.sandbox;
  const changes = client.followDeliveryStatus({ channels: ['whatsapp'] });
  const first = changes.next();
  await waitUntil(() => streams() >= 1);
  const record = whatsApp.add({ actionType: 1, chatType: 1 });
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]));
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientStatus([record], 3));
  const seen = [(await first).value];
  proxy.cut();
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientStatus([record], 4));
  seen.push((await changes.next()).value);
  expect(seen.map((change) => [change?.channel.name, change?.status])).toEqual([
    ['whatsapp', 'DELIVERED'],
    ['whatsapp', 'READ'],
  ]);
  expect(seen[1]?.message?.id).toBe(
    (await client.messages({ first: 1, filter: { channels: ['whatsapp'] } })).nodes[0]?.id,
  );
  await changes.return?.();
});

function events(...texts: string[]): Scene {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.end(texts.join(''));
  };
}

async function script(...scenes: readonly [Scene, ...Scene[]]): Promise<[ScriptedServer, GatewayClient]> {
  const server = await createScriptedServer(...scenes);
  closing.push(server);
  return [server, createClient({ url: `${server.url}/?tenant=1`, retry: { maxRetries: 2, baseDelayMs: 1 } })];
}

const ADDED = 'subscription ($after: String) { messageAdded(after: $after) { cursor } }';
interface Added extends Record<string, { cursor: string }> {
  messageAdded: { cursor: string };
}

function event(cursor: string): string {
  return `event: next\r\ndata: {"data":{"messageAdded":\r\ndata:{"cursor":"${cursor}"}}}\r\n\r\n`;
}

test('events are read as the standard has them, and the end of a stream is the next beginning', async () => {
  const [server, client] = await script(
    events(':\n\n', 'id: 1\nretry: 5\n', event('a'), event('b'), 'event: complete\ndata:\n\n', event('c')),
    events(event('d')),
    json({ data: null, errors: [{ message: 'No', extensions: { code: 'FORBIDDEN' } }] }, 403),
  );
  const cursors: string[] = [];
  const reading = (async () => {
    for await (const { cursor } of client.follow<Added, { after: string }>(ADDED, { after: 'start' })) {
      cursors.push(cursor);
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 });
  expect(cursors).toEqual(['a', 'b', 'd']);
  expect(server.requests.map(({ path, body }) => [path, body.variables])).toEqual([
    ['/graphql/stream?tenant=1', { after: 'start' }],
    ['/graphql/stream?tenant=1', { after: 'b' }],
    ['/graphql/stream?tenant=1', { after: 'd' }],
  ]);
});

test.each([
  ['a gateway that never answers', html(503), 3, { name: 'NetworkError', status: 503 }],
  ['an address that is none', html(404), 1, { name: 'NetworkError', status: 404 }],
  ['an answer that is no stream', json({ data: { a: 1 } }), 1, { message: /something other than events/ }],
])('%s ends in an error', async (_, scene, attempts, expected) => {
  const [server, client] = await script(scene);
  const error: unknown = await client
    .followMessages({ after: 'start' })
    .next()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(
    'message' in expected ? { message: expect.stringMatching(expected.message) as string } : expected,
  );
  expect(server.requests).toHaveLength(attempts);
});
