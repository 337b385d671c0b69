import { afterEach, expect, test, vi } from 'vitest';
import type { SandboxKnobs, SandboxServer } from '../../src/sandbox/sandbox-server.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { fetchPage } from '../support/walk-timeline.ts';

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** Four providers that have handed out their tokens, so that the next call to each is for messages. */
async function open(): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    messages: 20,
    // A longer one would take more calls than WeChat's quota has in a second.
    from: Date.now() - 2 * 86_400_000,
  });
  worlds.push(world);
  await fetchPage(world.url, { first: 1 });
  return world;
}

function serversOf({ sandbox }: GatewayWorld): SandboxServer<SandboxKnobs>[] {
  // What differs between them is beside the point: the knobs that all of them have.
  return [
    sandbox.wechat.server,
    sandbox.wecom.server,
    sandbox.tencentChat.server,
    sandbox.whatsApp.server,
  ].map((server) => server as unknown as SandboxServer<SandboxKnobs>);
}

const QUERY = JSON.stringify({ query: '{ messages(first: 10) { nodes { id } } }' });

test.each(['', '/stream'])(
  'a client that goes away ends the calls made for it, at every provider, asked at /graphql%s',
  async (path) => {
    const world = await open();
    const servers = serversOf(world);
    for (const { knobs } of servers) knobs.fault = 'hang';
    const before = servers.map(({ calls }) => calls.length);
    const gone = new AbortController();
    const headers = {
      'content-type': 'application/json',
      accept: path ? 'text/event-stream' : 'application/json',
    };
    const answer = fetch(world.url + path, { method: 'POST', headers, body: QUERY, signal: gone.signal });
    const outcome = answer.then((response) => response.text()).catch((error: unknown) => error);
    await vi.waitFor(() => {
      expect(servers.every(({ calls }, index) => calls.length > (before[index] ?? 0))).toBe(true);
    });
    gone.abort();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => {
      expect(servers.map(({ abandonedCalls }) => abandonedCalls > 0)).toEqual(Array(4).fill(true));
    });
    // Neither more calls are made, nor is the provider taken for dead.
    const after = servers.map(({ calls }) => calls.length);
    for (const { knobs } of servers) knobs.fault = null;
    const page = await fetchPage(world.url, { first: 10 });
    expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
    expect(servers.map(({ calls }, index) => calls.length - (after[index] ?? 0))).toEqual(
      page.sources.map(({ upstreamCalls }) => upstreamCalls),
    );
  },
);

test('whoever asked for the same page as a client that went away gets it all the same', async () => {
  const world = await open();
  const servers = serversOf(world);
  for (const { knobs } of servers) knobs.fault = 'hang';
  const gone = new AbortController();
  const headers = { 'content-type': 'application/json' };
  const before = servers.map(({ calls }) => calls.length);
  const first = fetch(world.url, { method: 'POST', headers, body: QUERY, signal: gone.signal }).catch(
    (error: unknown) => error,
  );
  await vi.waitFor(() => {
    expect(servers.every(({ calls }, index) => calls.length > (before[index] ?? 0))).toBe(true);
  });
  const others = Array.from({ length: 3 }, () => fetchPage(world.url, { first: 10 }));
  // Time enough for them to join; should one come later, it finds a provider in order.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(servers.map(({ calls }, index) => calls.length - (before[index] ?? 0))).toEqual([1, 1, 2, 1]);
  for (const { knobs } of servers) knobs.fault = null;
  gone.abort();
  expect(await first).toMatchObject({ name: 'AbortError' });
  for (const page of await Promise.all(others)) {
    expect(page.edges).toHaveLength(10);
    expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
  }
});
