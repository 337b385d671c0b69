import { Agent } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { TickingClock } from '../support/ticking-clock.ts';
import { waitUntil } from '../support/wait-until.ts';
import { fetchPage } from '../support/walk-timeline.ts';

/** On every grid of time that requests share calls by, so that those of one test are on one side of each of its lines. */
const NOW = Date.UTC(2026, 0, 10, 12);

const PATHS = ['/graphql', '/graphql/stream', '/mcp'];
/** The tool that asks for the same page. */
const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'search_messages', arguments: { first: 10 } },
};

const worlds: GatewayWorld[] = [];
let clock: TickingClock;
beforeEach(() => {
  clock = new TickingClock(NOW);
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
  clock.stop();
});

/** Four providers that have handed out their tokens, so that the next call to each is for messages. */
async function open(): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    clock,
    messages: 20,
    settings: { mcp: { enabled: true } },
    // A call that hangs ends by nothing else.
    limits: { requestTimeoutMs: 600_000 },
    // A longer one would take more calls than WeChat's quota has in a second. Of its windows, which begin here, none ends while a test
    // runs: one that has just ended is fresh for as short a time.
    from: NOW - 47 * 3_600_000,
    // So that each of them is asked for each page.
    channels: ({ all }) => all.map((sandbox) => ({ ...sandbox.config(), ...sandbox.liftLimits() })),
  });
  worlds.push(world);
  // All that has settled and that a test asks for is cached then, and nothing is under way.
  await fetchPage(world.url, { first: 10 });
  // A page of this very moment would be fresh enough for the next request.
  const fetchedAt = clock.now();
  await waitUntil(() => clock.now() > fetchedAt);
  return world;
}

/** Asks for a page over a connection of its own, which `gone` ends. */
function post(url: string, path: string): { gone: () => Promise<void>; outcome: Promise<string> } {
  const agent = new Agent();
  const { origin } = new URL(url);
  const accept = path.endsWith('/stream') ? 'text/event-stream' : 'application/json';
  const answer = agent.request({
    origin,
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(path === '/mcp' ? CALL : { query: '{ messages(first: 10) { nodes { id } } }' }),
  });
  const outcome = answer.then(({ body }) => body.text()).catch(() => 'gone');
  return { gone: () => agent.destroy(), outcome };
}

/** Of the providers at which a call ends with its request. */
const ABORTABLE = ['broadcast', 'shop', 'whatsapp'];

test.each(PATHS)(
  'a client that goes away ends the calls made for it, at every provider but WeCom, asked at %s',
  async (path) => {
    const world = await open();
    const servers = ABORTABLE.map((channel) => world.sandbox.of(channel).server);
    for (const { knobs } of servers) knobs.fault = 'hang';
    const before = servers.map(({ calls }) => calls.length);
    const { gone, outcome } = post(world.url, path);
    await waitUntil(() => servers.every(({ calls }, index) => calls.length > (before[index] ?? 0)));
    await gone();
    expect(await outcome).toBe('gone');
    await waitUntil(() => servers.every(({ abandonedCalls }) => abandonedCalls > 0));
    // Neither more calls are made, nor is the provider taken for dead.
    const after = servers.map(({ calls }) => calls.length);
    for (const { knobs } of servers) knobs.fault = null;
    const page = await fetchPage(world.url, { first: 10 });
    expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
    const shown = new Map(page.sources.map(({ channel, upstreamCalls }) => [channel.name, upstreamCalls]));
    expect(servers.map(({ calls }, index) => calls.length - (after[index] ?? 0))).toEqual(
      ABORTABLE.map((channel) => shown.get(channel)),
    );
  },
);

test.each(PATHS)(
  'WeCom, which takes one call at a time, answers a client that goes away to the end, and the next one gets that, asked at %s',
  async (path) => {
    const world = await open();
    const { server } = world.sandbox.wecom;
    server.knobs.delayMs = 300;
    const before = server.listCalls;
    const { gone, outcome } = post(world.url, path);
    await waitUntil(() => server.listCalls > before);
    await gone();
    expect(await outcome).toBe('gone');
    const page = await fetchPage(world.url, { first: 10 });
    expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
    expect(server.abandonedCalls).toBe(0);
    expect(world.sandbox.violations()).toEqual([]);
  },
);

test('a client that requests the same page as one that disconnects gets it all the same', async () => {
  const world = await open();
  const servers = ABORTABLE.map((channel) => world.sandbox.of(channel).server);
  for (const { knobs } of servers) knobs.fault = 'hang';
  const before = servers.map(({ calls }) => calls.length);
  const { gone, outcome } = post(world.url, '/graphql');
  await waitUntil(() => servers.every(({ calls }, index) => calls.length > (before[index] ?? 0)));
  const others = Array.from({ length: 3 }, () => fetchPage(world.url, { first: 10 }));
  // Time enough for them to join; should one come later, it finds a provider in order.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(servers.map(({ calls }, index) => calls.length - (before[index] ?? 0))).toEqual([2, 1, 1]);
  for (const { knobs } of servers) knobs.fault = null;
  await gone();
  expect(await outcome).toBe('gone');
  for (const page of await Promise.all(others)) {
    expect(page.edges).toHaveLength(10);
    expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
  }
});
