import { afterEach, expect, test } from 'vitest';
import { CHANNELS } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { fetchPage } from '../support/walk-timeline.ts';

/** What an answer may take beyond its deadline: putting it together. */
const GRACE_MS = 250;
const REQUEST_TIMEOUT_MS = 1_500;

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

test.each(['hang', 'trickle', 'reset', 'server-error'] as const)(
  'while each provider in turn suffers from %s, a page comes within its time, and the next one at once',
  { retry: 2 },
  async (fault) => {
    for (const channel of CHANNELS) {
      const world = await open({ limits: { requestTimeoutMs: REQUEST_TIMEOUT_MS } });
      const { server } = world.sandbox.of(channel);
      server.knobs.fault = fault;
      const first = await timed(fetchPage(world.url, { first: 30 }));
      expect(first.timeMs).toBeLessThan(REQUEST_TIMEOUT_MS + GRACE_MS);
      expect(first.value.edges).toHaveLength(30);
      server.knobs.fault = null;
      expect((await timed(fetchPage(world.url, { first: 30 }))).timeMs).toBeLessThan(1_000);
    }
  },
);

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

test(
  'providers that take a third of the time for each call are slow, and have not failed',
  { retry: 2 },
  async () => {
    const world = await open({ limits: { requestTimeoutMs: 3_000 } });
    for (const { server } of world.sandbox.all) server.knobs.delayMs = 800;
    const { value, timeMs } = await timed(fetchPage(world.url, { first: 10 }));
    expect(timeMs).toBeLessThan(3_000);
    expect(value.sources.map(({ errorCode }) => errorCode)).toEqual(Array(4).fill(null));
  },
);
