import { afterAll, afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { isOnServer } from '../support/test-store.ts';
import { TickingClock } from '../support/ticking-clock.ts';
import { fetchPage } from '../support/walk-timeline.ts';

/** Else a machine that is busy with other things makes requests late. */
const clock = new TickingClock();
afterAll(() => {
  clock.stop();
});

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(options: WorldOptions): Promise<GatewayWorld> {
  const world = await createGatewayWorld({ clock, messages: 60, weComReachDays: 365, ...options });
  worlds.push(world);
  return world;
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; timeMs: number }> {
  const began = clock.monotonic();
  const value = await work;
  return { value, timeMs: clock.monotonic() - began };
}

function serversOf({ sandbox }: GatewayWorld): Sandbox['server'][] {
  return sandbox.all.map(({ server }) => server);
}

test('sources are asked side by side: each of them though none has answered', async () => {
  const world = await open({ limits: { requestTimeoutMs: 6_000 } });
  const servers = serversOf(world);
  for (const { knobs } of servers) knobs.fault = 'hang';
  const page = await fetchPage(world.url, { first: 10 });
  expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('TIMED_OUT'));
  // The first read of WhatsApp asks for two ranges; Tencent Chat has two official accounts, each a list of its own. WeChat and WeCom are
  // asked for a token, and WeChat for another one when that has timed out, for which a server may leave no time.
  const [shop, ...others] = servers.map(({ calls }) => calls.length);
  expect(isOnServer ? [1, 2] : [2]).toContain(shop);
  expect(others).toEqual([1, 2, 2]);
});

test('after everything hung, the next request is not held up by the calls of the last', async () => {
  const world = await open({ limits: { requestTimeoutMs: 6_000 } });
  for (const server of serversOf(world)) server.knobs.fault = 'hang';
  const first = await timed(fetchPage(world.url, { first: 10 }));
  expect(first.value.sources.map(({ state }) => state)).toEqual(Array(4).fill('TIMED_OUT'));
  for (const server of serversOf(world)) server.knobs.fault = null;
  const second = await timed(fetchPage(world.url, { first: 10 }));
  expect(second.value.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
  expect(second.timeMs).toBeLessThan(first.timeMs);
});

test('a source that waits for a permit of the quota is past its deadline, not failed; and no call is made for a request that is over', async () => {
  const world = await open({
    limits: { requestTimeoutMs: 6_000 },
    only: ['whatsapp'],
    channels: ({ whatsApp }) => [{ ...whatsApp.config(), quota: { callsPerSecond: 2, maxConcurrent: 1 } }],
  });
  const { server } = world.sandbox.whatsApp;
  const pages = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      // Each asks for another day, so none can share another's answer.
      fetchPage(world.url, {
        first: 10,
        filter: { sentAt: { lt: new Date(clock.now() - index * 86_400_000).toISOString() } },
      }),
    ),
  );
  const states = new Set(pages.flatMap(({ sources }) => sources.map(({ state }) => state)));
  expect(states).not.toContain('TIMED_OUT');
  const told = pages.reduce((sum, { sources }) => sum + (sources[0]?.upstreamCalls ?? 0), 0);
  const { length } = server.calls;
  expect(told).toBeGreaterThanOrEqual(length);
  expect(told).toBeLessThanOrEqual(length + 1);
  await clock.sleep(1_500);
  expect(server.calls.length).toBeLessThanOrEqual(length + 1);
});

test('other lists say so too when they cannot answer in time', async () => {
  const world = await open({ limits: { requestTimeoutMs: 4_000, upstreamCallsPerRequest: 2 } });
  const { knobs } = world.sandbox.wechat.server;
  const few = await world.query('{ customerServiceSessions { totalCount } }');
  expect(few.errors[0]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
  knobs.fault = 'hang';
  const value = await world.query(
    '{ channel(name: "shop") { ... on WeChatChannel { waitingCustomers { waitingSince } } } }',
  );
  expect(value.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', channel: 'shop' });
});
