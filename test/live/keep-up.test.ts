import { afterEach, expect, test } from 'vitest';
import { CHANNELS } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { readMetrics } from '../support/metrics.ts';
import { isOnServer } from '../support/test-store.ts';
import { TestClock } from '../support/test-clock.ts';
import { turnsUntil } from '../support/turns.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const METRIC = 'gateway_keep_up_age_seconds{channel="corp"}';

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** On this clock every pause of the gateway takes no time, so that days pass by themselves. */
async function open(clock: TestClock, options: WorldOptions = {}): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    clock,
    messages: 5,
    from: NOW - DAY_MS,
    live: { keepUpSeconds: HOUR_MS / 1000 },
    only: ['corp'],
    ...options,
  });
  worlds.push(world);
  return world;
}

test('an idle gateway pulls what its provider forgets: after eight days without a reader all of it is there', async () => {
  const clock = new TestClock(NOW);
  const world = await open(clock);
  const { wecom } = world.sandbox;
  Object.assign(wecom.server.knobs, { secondsBetweenCalls: 30 });
  let day = 0;
  wecom.server.knobs.rewritePage = (page) => {
    if (clock.now() >= NOW + day * DAY_MS) {
      day++;
      wecom.add({ sentAt: clock.now() });
    }
    return page;
  };
  expect((await readMetrics(world.url)).get(METRIC)).toBe(Infinity);
  world.gateway.live.keepUp();
  await turnsUntil(() => clock.now() >= NOW + 8 * DAY_MS);
  await world.gateway.live.close();
  wecom.server.knobs.rewritePage = null;
  // What was not fetched within five days is gone by now.
  const walked = await walkTimeline(() => world.url, { direction: 'ASC' });
  const listed = wecom.records.map(({ send_time }) => send_time * 1000);
  expect(listed.length).toBeGreaterThanOrEqual(5 + 8);
  expect(walked.map(({ sentAt }) => Date.parse(sentAt))).toEqual(listed);
  // The days do not pass for a server: by its clock a token is good that the provider refuses every two hours.
  const refused = isOnServer ? 8 * 12 : 0;
  expect(wecom.server.listCalls).toBeLessThanOrEqual(8 * 24 + 2 + refused);
  expect(world.sandbox.violations()).toEqual([]);
});

test('no channel is pulled before the gateway serves, nor one whose provider keeps its history', async () => {
  const clock = new TestClock(NOW);
  const world = await open(clock, { only: CHANNELS });
  expect(world.sandbox.wecom.server.calls).toEqual([]);
  world.gateway.live.keepUp();
  await turnsUntil(() => clock.now() >= NOW + DAY_MS);
  await world.gateway.live.close();
  const { all, wecom } = world.sandbox;
  expect(wecom.server.calls.length).toBeGreaterThan(20);
  const others = all.filter((sandbox) => sandbox !== wecom);
  expect(others.map(({ server }) => server.calls)).toEqual([[], [], []]);
});

test('a provider that fails is asked again a minute later, and the age grows meanwhile', async () => {
  const clock = new TestClock(NOW);
  const world = await open(clock);
  const { server } = world.sandbox.wecom;
  world.gateway.live.keepUp();
  await turnsUntil(() => server.listCalls === 1);
  server.knobs.syncErrcode = -1;
  await turnsUntil(() => clock.now() >= NOW + 5 * HOUR_MS);
  const began = server.listCalls;
  const from = clock.now();
  await turnsUntil(() => clock.now() >= from + HOUR_MS);
  expect(server.listCalls - began).toBeGreaterThanOrEqual(20);
  await world.gateway.live.close();
  const age = (await readMetrics(world.url)).get(METRIC) ?? 0;
  expect(age).toBeGreaterThanOrEqual((5 * HOUR_MS) / 1000);
  const ready = await fetch(new URL('/health/ready?verbose', world.url));
  const { channels } = (await ready.json()) as { channels: unknown[] };
  expect(channels).toMatchObject([{ name: 'corp', keepUp: { ageSeconds: Math.round(age) } }]);
});

test('readers are told up to when they see everything', async () => {
  const clock = new TestClock(NOW);
  const world = await open(clock, { only: CHANNELS });
  const asOf = async (): Promise<unknown> => {
    const { data } = await world.query('{ messages(first: 1) { sources { channel { name } asOf } } }');
    return data;
  };
  const shown = (at: number): unknown => ({
    messages: {
      sources: ['shop', 'corp', 'broadcast', 'whatsapp'].map((name) => ({
        channel: { name },
        asOf: name === 'corp' ? new Date(at).toISOString() : null,
      })),
    },
  });
  expect(await asOf()).toEqual(shown(NOW));
  clock.advance(20_000);
  expect(await asOf()).toEqual(shown(NOW));
  clock.advance(20_000);
  expect(await asOf()).toEqual(shown(NOW + 40_000));
});
