import { randomBytes } from 'node:crypto';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe, type Subscriber } from '../support/subscriber.ts';
import { usedMemory } from '../support/used-memory.ts';
import { waitUntil } from '../support/wait-until.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

const MESSAGE_ADDED = `subscription ($filter: MessageFilter, $after: String) {
  messageAdded(filter: $filter, after: $after) { cursor node { id channel { name } text } }
}`;

interface Added {
  cursor: string;
  node: { id: string; channel: { name: string }; text: string | null };
}

const worlds: GatewayWorld[] = [];
const subscribers: Subscriber<Added>[] = [];
afterEach(async () => {
  for (const subscriber of subscribers.splice(0)) subscriber.close();
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

const directory = mkdtempSync(join(tmpdir(), 'gateway-live-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function open(): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    messages: 20,
    store: `sqlite:${directory}/${worlds.length}-${Date.now()}.db`,
    live: { pollSeconds: 1, reconcileSeconds: 1 },
  });
  worlds.push(world);
  return world;
}

/** @returns a subscriber whose channels have been polled once, so that what comes now is news */
async function follow(
  world: GatewayWorld,
  variables: Record<string, unknown> = {},
): Promise<Subscriber<Added>> {
  const before = world.sandbox.wechat.server.calls.length;
  const subscriber = subscribe<Added>(world.url, MESSAGE_ADDED, variables);
  subscribers.push(subscriber);
  while (world.sandbox.wechat.server.calls.length === before)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return subscriber;
}

async function arriveEverywhere({ sandbox, url }: GatewayWorld): Promise<void> {
  sandbox.wechat.add({ text: 'from WeChat' });
  sandbox.wecom.add({});
  await deliver(url, 'corp', sandbox.wecom.pushes.newMessage());
  sandbox.tencentChat.add({});
  sandbox.whatsApp.add({});
}

test('new messages of every channel reach a subscriber once each, and nothing old does', async () => {
  const world = await open();
  const subscriber = await follow(world);
  await arriveEverywhere(world);
  await subscriber.until(4);
  await arriveEverywhere(world);
  await subscriber.until(8);
  expect(subscriber.errors).toEqual([]);
  expect(new Set(subscriber.received.map(({ node }) => node.id)).size).toBe(8);
  const newest = (await walkTimeline(() => world.url, {})).slice(0, 8).map(({ id }) => id);
  expect(subscriber.received.map(({ node }) => node.id).sort()).toEqual(newest.sort());
});

test('a subscriber that comes back with its last cursor has everything that it missed, once', async () => {
  const world = await open();
  const first = await follow(world);
  await arriveEverywhere(world);
  await first.until(2);
  first.close();
  const seen = first.received.slice(0, 2);
  await arriveEverywhere(world);
  await world.restart();
  const second = await follow(world, { after: seen.at(-1)?.cursor });
  await arriveEverywhere(world);
  await second.until(10);
  const ids = [...seen, ...second.received].map(({ node }) => node.id);
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(12);
});

test('a filter lets through what it means elsewhere', async () => {
  const world = await open();
  const subscriber = await follow(world, { filter: { channels: ['shop'], textContains: 'WECHAT' } });
  await arriveEverywhere(world);
  await subscriber.until(1);
  expect(subscriber.received).toMatchObject([{ node: { channel: { name: 'shop' }, text: 'from WeChat' } }]);
  // Nobody wants to hear of the others, so nobody asks them.
  expect(world.sandbox.tencentChat.server.calls).toEqual([]);
});

test('no provider is polled without a subscriber', async () => {
  const world = await open();
  const subscriber = await follow(world);
  await arriveEverywhere(world);
  await subscriber.until(4);
  subscriber.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { length } = world.sandbox.wechat.server.calls;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(world.sandbox.wechat.server.calls).toHaveLength(length);
});

test.each([
  ['a cursor of nothing', { after: 'x' }, 'BAD_CURSOR'],
  ['an unknown channel', { filter: { channels: ['nowhere'] } }, 'BAD_USER_INPUT'],
])('%s is refused', async (_, variables, code) => {
  const world = await open();
  const subscriber = subscribe<Added>(world.url, MESSAGE_ADDED, variables);
  subscribers.push(subscriber);
  await subscriber.until(1);
  expect(subscriber.errors).toMatchObject([{ extensions: { code } }]);
});

test('queries work over the WebSocket too', async () => {
  const world = await open();
  const subscriber = subscribe<{ name: string }[]>(world.url, '{ channels { name } }');
  await subscriber.until(1);
  expect(subscriber.received).toEqual([['broadcast', 'corp', 'shop', 'whatsapp'].map((name) => ({ name }))]);
  subscriber.close();
});

/** Follows until the gateway ends the subscription. @returns the cursors of what arrived */
type FollowToEnd = (world: GatewayWorld, after: string) => Promise<string[]>;

const overWebSocket: FollowToEnd = async ({ url }, after) => {
  const subscriber = subscribe<Added>(url, MESSAGE_ADDED, { after });
  await subscriber.closed;
  expect(subscriber.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  return subscriber.received.map(({ cursor }) => cursor);
};

const overServerSentEvents: FollowToEnd = async ({ url }, after) => {
  const client = createEventStreamClient({ url: `${url}/stream`, retryAttempts: 0 });
  const events = client.iterate<{ messageAdded: Added }>({ query: MESSAGE_ADDED, variables: { after } });
  const cursors: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { data } of events) cursors.push(data?.messageAdded.cursor ?? 'none');
  };
  // A stream that ends would be complete.
  await expect(reading()).rejects.toThrow();
  client.dispose();
  return cursors;
};

describe.each([
  ['a WebSocket', overWebSocket],
  ['server-sent events', overServerSentEvents],
])('over %s, who resumes after the last event that arrived misses none', (_, followToEnd) => {
  test.each(['recorded', 'read'])('when one cannot be %s', async (failing) => {
    const world = await open();
    const { sandbox, gateway } = world;
    const { audit, live } = gateway;
    const { data } = await world.query('{ liveCursor }');
    const start = String(data?.['liveCursor']);
    // Published before they are followed: the second cannot be recorded.
    const pushed = Array.from({ length: 3 }, () => sandbox.whatsApp.add({}));
    await deliver(world.url, 'whatsapp', sandbox.whatsApp.pushes.clientSync(pushed));
    await waitUntil(async () => (await live.feed.lastId()) >= pushed.length);
    if (failing === 'recorded') {
      const record = audit.record.bind(audit);
      vi.spyOn(audit, 'record')
        .mockImplementationOnce(record)
        .mockRejectedValueOnce(new Error('The disk is full'));
    } else {
      vi.spyOn(live.events, 'read').mockRejectedValueOnce(new Error('The disk is full'));
    }
    const arrived = await followToEnd(world, start);
    const rest = subscribe<Added>(world.url, MESSAGE_ADDED, { after: arrived.at(-1) ?? start });
    subscribers.push(rest);
    await rest.until(pushed.length - arrived.length);
    expect(rest.errors).toEqual([]);
    const cursors = [...arrived, ...rest.received.map(({ cursor }) => cursor)];
    expect([cursors.length, new Set(cursors).size]).toEqual([pushed.length, pushed.length]);
  });
});

test('when the gateway closes, sockets are told with 1001', async () => {
  const world = await open();
  const subscriber = await follow(world);
  await world.restart();
  expect(await subscriber.closed).toBe(1001);
});

test('the same over server-sent events', async () => {
  const world = await open();
  const client = createEventStreamClient({ url: `${world.url}/stream`, retryAttempts: 0 });
  const events = client.iterate<{ messageAdded: Added }>({
    query: MESSAGE_ADDED,
    variables: { filter: { channels: ['shop'] } },
  });
  const next = events.next();
  while (world.sandbox.wechat.server.calls.length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  world.sandbox.wechat.add({ text: 'one' });
  const { value } = (await next) as { value: { data: { messageAdded: Added } } };
  expect(value.data.messageAdded.node).toMatchObject({ channel: { name: 'shop' }, text: 'one' });
  await events.return?.();
  client.dispose();
});

test('a reader who takes nothing is closed, with a reason, and costs no memory meanwhile', async () => {
  const world = await createGatewayWorld({ messages: 5, live: { reconcileSeconds: 3600, stallSeconds: 1 } });
  worlds.push(world);
  const { whatsApp } = world.sandbox;
  const socket = new WebSocket(world.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const closed = new Promise<[number, string]>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve([code, String(reason)]);
    });
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  // Each event is long, so that few of them fill what the system keeps for a socket.
  const fields = Array.from({ length: 40 }, (_, index) => `t${index}: text`).join(' ');
  const query = `subscription { messageAdded(filter: { channels: ["whatsapp"] }) { cursor node { ${fields} } } }`;
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  while (whatsApp.server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  socket.pause();
  const text = 'x'.repeat(20_000);
  const memory = usedMemory();
  for (let sent = 0; sent < 150; sent++) {
    const record = whatsApp.add({ contentType: 0, content: `${sent} ${text}` });
    expect((await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]))).status).toBe(200);
  }
  // 150 events would be 120 MB.
  expect(usedMemory() - memory).toBeLessThan(40 * 1024 * 1024);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  socket.resume();
  const [code, reason] = await closed;
  expect([1006, 1013]).toContain(code);
  if (code === 1013) expect(reason).toMatch(/^Too slow/);
});

test('a broken upgrade, or one to elsewhere, is refused and harms no other client', async () => {
  const world = await open();
  const { port, hostname } = new URL(world.url);
  for (const path of ['//', '/elsewhere', '/graphql']) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      socket.resetAndDestroy();
    }
  }
  expect((await world.query('{ channels { name } }')).errors).toEqual([]);
});

test('an open event stream does not delay the shutdown, and no client can reserve one for all', async () => {
  const world = await open();
  expect((await fetch(`${world.url}/stream`, { method: 'PUT' })).status).toBe(404);
  const response = await fetch(`${world.url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { messageAdded { cursor } }' }),
  });
  expect(response.status).toBe(200);
  const began = performance.now();
  await world.restart();
  expect(performance.now() - began).toBeLessThan(3_000);
  await expect(response.text()).rejects.toThrow();
});

test('what a first callback reports is published, though there was no subscriber before', async () => {
  const world = await open();
  const start = subscribe<Added>(world.url, MESSAGE_ADDED, { filter: { channels: ['whatsapp'] } });
  subscribers.push(start);
  await start.connected;
  const { wecom, whatsApp } = world.sandbox;
  await new Promise((resolve) => setTimeout(resolve, 300));
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([whatsApp.add({})]));
  await start.until(1);
  wecom.add({});
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await deliver(world.url, 'corp', wecom.pushes.newMessage());
  const back = subscribe<Added>(world.url, MESSAGE_ADDED, { after: start.received[0]?.cursor });
  subscribers.push(back);
  await back.until(1);
  expect(back.received).toMatchObject([{ node: { channel: { name: 'corp' } } }]);
});

test("a cursor of another gateway's log is refused", async () => {
  const secret = randomBytes(32).toString('base64');
  const openAnother = async (): Promise<GatewayWorld> => {
    const another = await createGatewayWorld({
      messages: 5,
      live: { reconcileSeconds: 3600 },
      settings: { secret },
    });
    worlds.push(another);
    return another;
  };
  const world = await openAnother();
  const { whatsApp } = world.sandbox;
  const first = subscribe<Added>(world.url, MESSAGE_ADDED, { filter: { channels: ['whatsapp'] } });
  subscribers.push(first);
  await first.connected;
  await new Promise((resolve) => setTimeout(resolve, 300));
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([whatsApp.add({})]));
  await first.until(1);
  const other = await openAnother();
  const theirs = other.sandbox.whatsApp;
  await deliver(other.url, 'whatsapp', theirs.pushes.clientSync([theirs.add({}), theirs.add({})]));
  const second = subscribe<Added>(other.url, MESSAGE_ADDED, { after: first.received[0]?.cursor });
  subscribers.push(second);
  await second.until(1);
  expect(second.errors).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }]);
});
