import { afterEach, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { fetchPage } from '../support/walk-timeline.ts';

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(options: WorldOptions): Promise<GatewayWorld> {
  const world = await createGatewayWorld({ messages: 60, weComReachDays: 365, ...options });
  worlds.push(world);
  return world;
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; timeMs: number }> {
  const began = performance.now();
  const value = await work;
  return { value, timeMs: performance.now() - began };
}

function serversOf({
  sandbox,
}: GatewayWorld): { knobs: { delayMs: number; fault: string | null }; calls: unknown[] }[] {
  return [sandbox.wechat.server, sandbox.wecom.server, sandbox.tencentChat.server, sandbox.whatsApp.server];
}

// Measured, and measured again when others had the machine.
test(
  'sources are asked side by side: four slow ones take as long as the slowest of them',
  { retry: 2 },
  async () => {
    const delayMs = 200;
    const times: number[] = [];
    for (const slow of [[0], [1], [2], [3], [0, 1, 2, 3]]) {
      const world = await open({});
      for (const index of slow) {
        const server = serversOf(world)[index];
        if (server) server.knobs.delayMs = delayMs;
      }
      const { value, timeMs } = await timed(fetchPage(world.url, { first: 10 }));
      expect(value.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
      times.push(timeMs);
    }
    const together = times.pop() ?? 0;
    const oneByOne = times.reduce((sum, time) => sum + time, 0);
    expect(together).toBeLessThan(oneByOne * 0.6);
  },
);

test('providers that take a third of the time for each call are slow, and have not failed', async () => {
  const world = await open({ limits: { requestTimeoutMs: 3_000 } });
  for (const server of serversOf(world)) server.knobs.delayMs = 800;
  const { value, timeMs } = await timed(fetchPage(world.url, { first: 10 }));
  expect(timeMs).toBeLessThan(3_000);
  expect(value.sources.map(({ errorCode }) => errorCode)).toEqual(Array(4).fill(null));
});

test('after everything hung, the next request is not held up by the calls of the last', async () => {
  const world = await open({ limits: { requestTimeoutMs: 2_000 } });
  for (const server of serversOf(world)) server.knobs.fault = 'hang';
  const first = await timed(fetchPage(world.url, { first: 10 }));
  expect(first.timeMs).toBeLessThan(2_000);
  expect(first.value.sources.map(({ state }) => state)).toEqual(Array(4).fill('TIMED_OUT'));
  for (const server of serversOf(world)) server.knobs.fault = null;
  const second = await timed(fetchPage(world.url, { first: 10 }));
  expect(second.value.sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
  expect(second.timeMs).toBeLessThan(1_000);
});

test('whoever waits for a turn in the quota is late, not failed; and no call is made for a request that is over', async () => {
  const world = await open({
    limits: { requestTimeoutMs: 1_500 },
    channels: ({ whatsApp }) => [
      { ...whatsApp.config('whatsapp'), quota: { callsPerSecond: 2, maxConcurrent: 1 } },
    ],
  });
  const { server } = world.sandbox.whatsApp;
  const pages = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      // Each asks for another day, so none can share another's answer.
      fetchPage(world.url, {
        first: 10,
        filter: { sentAt: { lt: new Date(Date.now() - index * 86_400_000).toISOString() } },
      }),
    ),
  );
  const states = new Set(pages.flatMap(({ sources }) => sources.map(({ state }) => state)));
  expect(states).not.toContain('TIMED_OUT');
  const told = pages.reduce((sum, { sources }) => sum + (sources[0]?.upstreamCalls ?? 0), 0);
  const { length } = server.calls;
  expect(told).toBeGreaterThanOrEqual(length);
  expect(told).toBeLessThanOrEqual(length + 1);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(server.calls.length).toBeLessThanOrEqual(length + 1);
});

test('other lists answer in time too, and say so when they cannot', async () => {
  const world = await open({ limits: { requestTimeoutMs: 1_000, upstreamCallsPerRequest: 2 } });
  const { knobs } = world.sandbox.wechat.server;
  const few = await world.query('{ customerServiceSessions { totalCount } }');
  expect(few.errors[0]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
  knobs.fault = 'hang';
  const { value, timeMs } = await timed(
    world.query('{ channel(name: "shop") { ... on WeChatChannel { waitingCustomers { waitingSince } } } }'),
  );
  expect(timeMs).toBeLessThan(1_000);
  expect(value.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', channel: 'shop' });
});

// Measured, and measured again when others had the machine.
test(
  'a filter that hardly anything passes stops at the deadline and lets others run',
  { retry: 2 },
  async () => {
    const world = await open({
      messages: 6_000,
      limits: { requestTimeoutMs: 400, upstreamCallsPerRequest: 1_000 },
    });
    const filter = { textContains: 'nobody ever wrote this' };
    let longestPauseMs = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longestPauseMs = Math.max(longestPauseMs, performance.now() - last);
      last = performance.now();
    }, 5);
    let page = await fetchPage(world.url, { first: 10, filter });
    for (let pages = 0; page.pageInfo.hasNextPage && pages < 100; pages++) {
      const { value, timeMs } = await timed(
        fetchPage(world.url, { first: 10, filter, after: page.pageInfo.endCursor }),
      );
      expect(timeMs).toBeLessThan(500);
      page = value;
    }
    clearInterval(watch);
    expect(page.pageInfo.hasNextPage).toBe(false);
    expect(longestPauseMs).toBeLessThan(300);
  },
);
