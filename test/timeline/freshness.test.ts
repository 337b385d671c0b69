import { afterEach, expect, test } from 'vitest';
import { CHANNELS } from '../../src/sandbox/start.ts';
import { Freshness } from '../../src/timeline/freshness.ts';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const NEWEST = '{ messages(first: 20) { nodes { nativeId } sources { state } } }';

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(freshnessSeconds: number): Promise<GatewayWorld & { clock: TestClock }> {
  const clock = new TestClock(NOW);
  const world = await createGatewayWorld({ clock, messages: 60, settings: { freshnessSeconds } });
  worlds.push(world);
  return Object.assign(world, { clock });
}

function calls({ sandbox }: GatewayWorld): number[] {
  return CHANNELS.map((channel) => sandbox.of(channel).server.listCalls);
}

test('what was fetched is fresh for so long, and not beyond what a webhook has told of', () => {
  const clock = new TestClock(NOW);
  const freshness = new Freshness(1_000, clock);
  expect(freshness.since('shop', NOW)).toBe(NOW - 1_000);
  clock.advance(400);
  freshness.expire('shop');
  clock.advance(100);
  expect(freshness.since('shop', NOW + 500)).toBe(NOW + 400);
  // A walk that began before needs nothing newer than its beginning.
  expect(freshness.since('shop', NOW + 300)).toBe(NOW + 300);
  expect(freshness.since('corp', NOW + 500)).toBe(NOW - 500);
  expect(freshness.since('shop', NOW + 5_000)).toBe(NOW + 4_000);
});

test('the newest page is asked of each provider once a second at most, however often it is requested', async () => {
  const world = await open(1);
  await world.query(NEWEST);
  await world.query(NEWEST);
  const first = calls(world);
  for (let request = 0; request < 9; request++) {
    world.clock.advance(100);
    expect((await world.query(NEWEST)).errors).toEqual([]);
  }
  const more = calls(world).map((count, index) => count - (first[index] ?? 0));
  expect(Math.max(...more)).toBeLessThanOrEqual(1);
  expect(world.sandbox.violations()).toEqual([]);
});

test('without it, what was fetched before a request does not answer it', async () => {
  const world = await open(0);
  await world.query(NEWEST);
  const before = calls(world);
  world.clock.advance(10);
  await world.query(NEWEST);
  const more = calls(world).map((count, index) => count - (before[index] ?? 0));
  // WeCom is not asked so soon again without a push token.
  expect(more.filter((count) => count > 0)).toHaveLength(CHANNELS.length - 1);
});

test('a message that a webhook has told of is shown at once', async () => {
  const world = await open(60);
  const { whatsApp } = world.sandbox;
  const newest = '{ messages(first: 1, filter: { channels: ["whatsapp"] }) { nodes { nativeId } } }';
  await world.query(newest);
  world.clock.advance(1_000);
  const message = whatsApp.add({});
  const [listed] = whatsApp.listed().slice(-1);
  const shown = { messages: { nodes: [{ nativeId: listed?.nativeId }] } };
  expect((await world.query(newest)).data).not.toEqual(shown);
  for (const push of whatsApp.push(message)) await deliver(world.url, 'whatsapp', push);
  expect((await world.query(newest)).data).toEqual(shown);
});
