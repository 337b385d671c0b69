import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerReplicaGauges } from '../../src/observability/replica-gauges.ts';
import { StoreProbe } from '../../src/observability/store-probe.ts';
import { OwnLeases } from '../../src/store/sql/own-leases.ts';
import { untilAborted } from '../../src/util/until-aborted.ts';
import { readVersion } from '../../src/util/version.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { readMetrics } from '../support/metrics.ts';
import { subscribe } from '../support/subscriber.ts';
import { waitUntil } from '../support/wait-until.ts';
import { TestClock } from '../support/test-clock.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 1 });
});
afterAll(() => world.close());

async function leasesOf(url: string): Promise<[string, number][]> {
  return [...(await readMetrics(url))].filter(([name]) => name.startsWith('gateway_lease_held'));
}

test('a gateway tells the version of its program', async () => {
  const samples = await readMetrics(world.url);
  expect(samples.get(`gateway_build_info{version="${readVersion()}"}`)).toBe(1);
  expect(samples.get('gateway_store_probe_seconds')).toBeLessThan(60);
});

test('a gateway that owns its store has each lease that it asks for, as long as it does', async () => {
  const always = ['inbox:corp', 'inbox:broadcast', 'inbox:whatsapp', 'prune'];
  const expected = (names: string[]): [string, number][] =>
    names.map((name): [string, number] => [`gateway_lease_held{lease="${name}"}`, 1]);
  expect((await leasesOf(world.url)).sort()).toEqual(expected(always).sort());
  const subscriber = subscribe(
    world.url,
    'subscription { messageAdded(filter: { channels: ["shop"] }) { cursor } }',
  );
  await subscriber.connected;
  await waitUntil(async () => (await leasesOf(world.url)).length === always.length + 1);
  expect((await leasesOf(world.url)).sort()).toEqual(expected([...always, 'tail:shop']).sort());
  subscriber.close();
  await waitUntil(async () => (await leasesOf(world.url)).length === always.length);
});

test('a lease that two parts of a process ask for is told once', async () => {
  const leases = new OwnLeases();
  const ends = [1, 2].map(() => leases.hold('tail:shop', ({ signal }) => untilAborted(signal)));
  expect(leases.states()).toEqual([{ name: 'tail:shop', isHeld: true }]);
  await ends[0]?.();
  expect(leases.states()).toEqual([{ name: 'tail:shop', isHeld: true }]);
  await ends[1]?.();
  expect(leases.states()).toEqual([]);
});

test('leases are 1 when they are held and 0 when they are waited for', async () => {
  const registry = new Registry();
  const states = [
    { name: 'inbox:corp', isHeld: true },
    { name: 'prune', isHeld: false },
  ];
  registerReplicaGauges(registry, {
    version: '1.2.3',
    leases: { states: () => states },
    store: { seconds: () => Infinity },
  });
  expect(samplesOf(await registry.metrics())).toEqual([
    'gateway_build_info{version="1.2.3"} 1',
    'gateway_lease_held{lease="inbox:corp"} 1',
    'gateway_lease_held{lease="prune"} 0',
    'gateway_store_probe_seconds +Inf',
  ]);
  // It no longer asks for one.
  states.pop();
  expect(samplesOf(await registry.metrics())).not.toContain('gateway_lease_held{lease="prune"} 0');
});

test('the time of the store is that of its last answer, or of the present one while that takes longer; a failure is infinite', async () => {
  const clock = new TestClock(0);
  let answer = Promise.withResolvers<number | null>();
  const probe = new StoreProbe({ writeAndRead: () => answer.promise }, clock);
  expect(probe.seconds()).toBe(0);
  clock.advance(3_000);
  expect(probe.seconds()).toBe(3);
  answer.resolve(clock.now());
  await probe.problem();
  // The answer itself took no real time.
  expect(probe.seconds()).toBeLessThan(3);
  answer = Promise.withResolvers();
  clock.advance(2_000);
  probe.seconds();
  clock.advance(5_000);
  expect(probe.seconds()).toBe(5);
  answer.reject(new Error('The server is away'));
  expect(await probe.problem()).toBe('The store cannot be written: it is closed or broken');
  expect(probe.seconds()).toBe(Infinity);
});

function samplesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
