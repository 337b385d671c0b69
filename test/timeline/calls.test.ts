import { afterEach, describe, expect, test } from 'vitest';
import { CHANNELS, type ChannelName, type Sandboxes } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { isThorough } from '../support/runs.ts';
import { TestClock } from '../support/test-clock.ts';
import { fetchPage, walkTimeline } from '../support/walk-timeline.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const DAY_MS = 86_400_000;
const DAYS = 20;
/** What a walk may cost is known for any number. */
const MESSAGES = isThorough() ? 5_000 : 2_000;

/** A page so far into a walk costs what the second does. */
const FAR_PAGE = isThorough() ? 200 : 60;
/** Pages that are taken together. */
const PAGES = FAR_PAGE / 5;
const PAGE_SIZE = 50;

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(messages: number, only?: readonly ChannelName[]): Promise<GatewayWorld> {
  const clock = new TestClock(NOW);
  const world = await createGatewayWorld({
    clock,
    messages,
    from: NOW - DAYS * DAY_MS,
    weComReachDays: 365,
    ...(only && { only }),
  });
  worlds.push(world);
  return world;
}

/** The most calls that a walk over n messages may take. */
const mostCalls: Record<ChannelName, (n: number) => number> = {
  // Each day one window, those at both ends cut, and one more call for each page that was the longest so far.
  shop: () => DAYS + 2 + 5,
  corp: (n) => Math.ceil(n / 1000) + 1,
  // Two official accounts, each a list of its own with a short page at its end.
  broadcast: (n) => Math.ceil(n / 20) + 1,
  whatsapp: (n) => 1.5 * Math.ceil(n / 100) + 10,
};

function calls({ all }: Sandboxes): number {
  return all.reduce((sum, { server }) => sum + server.listCalls, 0);
}

describe.each(CHANNELS)('%s', (channel) => {
  test(`a walk over ${MESSAGES} messages of ${DAYS} days takes no more calls than it may, again at most a quarter`, async () => {
    const world = await open(MESSAGES, [channel]);
    const filter = { channels: [channel] };
    const walked = await walkTimeline(() => world.url, { filter, sizes: [200] });
    expect(walked).toHaveLength(world.sandbox.of(channel).listed().length);
    const first = calls(world.sandbox);
    expect(first).toBeLessThanOrEqual(mostCalls[channel](walked.length));
    expect(await walkTimeline(() => world.url, { filter, sizes: [200] })).toEqual(walked);
    const second = calls(world.sandbox) - first;
    expect(second).toBeLessThanOrEqual(Math.max(1, first / 4));
    expect(world.sandbox.violations()).toEqual([]);
    console.info(`${channel}: ${first} calls for ${walked.length} messages, ${second} the second time`);
  });

  test('50 equal queries at once make as many calls as one', async () => {
    const alone = await open(500, [channel]);
    await fetchPage(alone.url, { first: 100, filter: { channels: [channel] } });
    const together = await open(500, [channel]);
    const pages = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetchPage(together.url, { first: 100, filter: { channels: [channel] } }),
      ),
    );
    const nodes = pages.map(({ edges }) => edges.map(({ node }) => node));
    expect(new Set(nodes.map((list) => JSON.stringify(list))).size).toBe(1);
    expect(calls(together.sandbox)).toBe(calls(alone.sandbox));
    const told = pages.reduce((sum, { sources }) => sum + (sources[0]?.upstreamCalls ?? 0), 0);
    expect(told).toBe(together.sandbox.of(channel).server.calls.length);
  });
});

test(`page ${FAR_PAGE} of a walk costs what page 2 does`, async () => {
  const world = await open(((FAR_PAGE + 5) * PAGE_SIZE) / CHANNELS.length);
  const costs: Cost[] = [];
  let before = process.threadCpuUsage();
  await walkTimeline(() => world.url, {
    sizes: [PAGE_SIZE],
    onPage: ({ sources }) => {
      const calls = sources.reduce((sum, source) => sum + source.upstreamCalls, 0);
      const { user, system } = process.threadCpuUsage(before);
      costs.push({ calls, cpuMs: (user + system) / 1000 });
      before = process.threadCpuUsage();
    },
  });
  expect(costs.length).toBeGreaterThanOrEqual(FAR_PAGE);
  const near = summarise(costs.slice(1, 1 + PAGES));
  const far = summarise(costs.slice(FAR_PAGE - PAGES, FAR_PAGE));
  expect(far.calls).toBeLessThanOrEqual(near.calls + PAGES / 4);
  expect(far.medianCpuMs).toBeLessThan(near.medianCpuMs * 2 + 5);
  console.info(
    `pages 2 to ${1 + PAGES}: ${near.calls} calls, median ${near.medianCpuMs.toFixed(1)} ms of CPU;`,
  );
  console.info(
    `pages ${FAR_PAGE - PAGES + 1} to ${FAR_PAGE}: ${far.calls} calls, median ${far.medianCpuMs.toFixed(1)} ms of CPU`,
  );
});

interface Cost {
  calls: number;
  /** Of this thread, the gateway and the sandboxes in it: the same however busy the machine is. */
  cpuMs: number;
}

function summarise(costs: readonly Cost[]): { calls: number; medianCpuMs: number } {
  const times = costs.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  return {
    calls: costs.reduce((sum, { calls }) => sum + calls, 0),
    medianCpuMs: times[times.length >> 1] ?? 0,
  };
}
