import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createOperatorsServer } from '../../src/http/operators-server.ts';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { readMetrics } from '../support/metrics.ts';
import { send, type RawAnswer } from '../support/raw-http.ts';
import { subscribe } from '../support/subscriber.ts';

const NEWEST = '{ messages(first: 3) { nodes { id } sources { state } } }';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 20 });
});
afterAll(() => world.close());

/** By how much samples whose name begins so have grown in the course of something. */
async function growth(prefix: string, action: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await readMetrics(world.url);
  await action();
  const after = await readMetrics(world.url);
  return Object.fromEntries(
    [...after]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]): [string, number] => [name, value - (before.get(name) ?? 0)])
      .filter(([, difference]) => difference !== 0),
  );
}

test('requests are counted by route, operation, outcome and status', async () => {
  expect(
    await growth('gateway_requests_total{route="/graphql"', async () => {
      await world.query(NEWEST);
      await world.query('{ messages(first: -1) { nodes { id } } channels { name } }');
      await world.query('{ messages(first: -1) { nodes { id } } }');
      await world.query('query { nothing }');
    }),
  ).toEqual({
    'gateway_requests_total{route="/graphql",operation="query",outcome="OK",status="200"}': 1,
    'gateway_requests_total{route="/graphql",operation="query",outcome="PARTIAL",status="200"}': 1,
    'gateway_requests_total{route="/graphql",operation="query",outcome="ERROR",status="200"}': 1,
    'gateway_requests_total{route="/graphql",operation="none",outcome="ERROR",status="400"}': 1,
  });
  expect(await growth('gateway_request_duration_seconds_count', () => world.query(NEWEST))).toMatchObject({
    'gateway_request_duration_seconds_count{route="/graphql",operation="query"}': 1,
  });
});

test('errors are counted by their codes', async () => {
  expect(
    await growth('gateway_errors_total', () => world.query('{ messages(first: -1) { nodes { id } } }')),
  ).toEqual({
    'gateway_errors_total{code="BAD_USER_INPUT"}': 1,
  });
});

test('nothing that a caller chooses becomes a label', async () => {
  await world.query('query CanaryOperation { canaryAlias: channels { name } }');
  await fetch(new URL('/canary-path', world.url), { headers: { 'x-request-id': 'canary-request' } });
  const names = [...(await readMetrics(world.url)).keys()].join('\n');
  expect(names).toContain('gateway_requests_total{route="none"');
  expect(names.toLowerCase()).not.toContain('canary');
});

test('calls to providers are counted by how they ended, and pages by where they came from', async () => {
  const fresh = await createGatewayWorld({ messages: 10 });
  await fresh.query(NEWEST);
  const first = await readMetrics(fresh.url);
  for (const [channel, provider] of [
    ['shop', 'WECHAT'],
    ['broadcast', 'TENCENT_CHAT'],
    ['whatsapp', 'WHATSAPP_SCRM'],
    ['corp', 'WECOM'],
  ] as const) {
    const ok = `gateway_upstream_calls_total{provider="${provider}",channel="${channel}",outcome="OK"}`;
    expect(first.get(ok)).toBeGreaterThan(0);
    expect(
      first.get(`gateway_upstream_call_duration_seconds_count{provider="${provider}",channel="${channel}"}`),
    ).toBe(first.get(ok));
  }
  expect(first.get('gateway_page_reads_total{from="provider"}')).toBeGreaterThan(0);
  fresh.sandbox.whatsApp.server.knobs.fault = 'server-error';
  await fresh.query(
    '{ messages(first: 3, filter: { channels: ["whatsapp"], sentAt: { lt: "2001-01-01T00:00:00Z" } }) { nodes { id } } }',
  );
  await fresh.query(
    '{ messages(first: 3, filter: { channels: ["whatsapp"], kinds: [IMAGE] }) { nodes { id } } }',
  );
  const failed = await readMetrics(fresh.url);
  expect(
    failed.get(
      'gateway_upstream_calls_total{provider="WHATSAPP_SCRM",channel="whatsapp",outcome="UPSTREAM_UNAVAILABLE"}',
    ),
  ).toBeGreaterThan(0);
  const accounts = [...failed].filter(([name]) => name.startsWith('gateway_upstream_circuit{'));
  expect(accounts).toHaveLength(4);
  await fresh.close();
});

test('subscribers are counted while they are there, and events as they are published', async () => {
  const { whatsApp } = world.sandbox;
  const subscriber = subscribe(world.url, 'subscription { messageAdded { cursor } }');
  const leave = new AbortController();
  const stream = await fetch(new URL('/graphql/stream', world.url), {
    method: 'POST',
    signal: leave.signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { messageAdded { cursor } }' }),
  });
  const published = await growth('gateway_events_published_total', async () => {
    await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([whatsApp.add({})]));
    await subscriber.until(1);
  });
  expect(published).toEqual({ gateway_events_published_total: 1 });
  const during = await readMetrics(world.url);
  expect(during.get('gateway_subscribers{transport="websocket"}')).toBe(1);
  expect(during.get('gateway_subscribers{transport="sse"}')).toBe(1);
  expect(during.get('gateway_inbox_items{channel="whatsapp"}')).toBe(0);
  subscriber.close();
  leave.abort();
  await expect(stream.text()).rejects.toThrow();
  await until(async () => {
    const after = await readMetrics(world.url);
    return [...after].every(([name, value]) => !name.startsWith('gateway_subscribers') || value === 0);
  });
});

test('the inbox tells how much waits, and for how long', async () => {
  const { wecom } = world.sandbox;
  wecom.server.knobs.fault = 'server-error';
  await deliver(world.url, 'corp', wecom.pushes.newMessage());
  const deliveredAt = Date.now();
  await until(async () => {
    const samples = await readMetrics(world.url);
    const waits = samples.get('gateway_inbox_oldest_seconds{channel="corp"}') ?? 0;
    return (
      samples.get('gateway_inbox_items{channel="corp"}') === 1 &&
      waits > 0 &&
      waits <= (Date.now() - deliveredAt) / 1000 + 1
    );
  });
  wecom.server.knobs.fault = null;
  expect((await readMetrics(world.url)).get('gateway_inbox_items{channel="whatsapp"}')).toBe(0);
});

test('what comes in through a proxy does not see them, nor the states of channels', async () => {
  for (const header of ['x-forwarded-for', 'forwarded', 'via']) {
    const headers = { [header]: '203.0.113.7' };
    expect((await fetch(new URL('/metrics', world.url), { headers })).status).toBe(404);
    const ready = await fetch(new URL('/health/ready?verbose', world.url), { headers });
    expect(await ready.json()).toEqual({ status: 'ok' });
  }
});

test('a web page that has pointed its own name at this machine does not see them either', async () => {
  for (const host of [
    'evil.example',
    'evil.example:4000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
  ]) {
    const ask = (path: string): Promise<RawAnswer> =>
      send(new URL(world.url).origin, { method: 'GET', path, headers: { host } });
    expect((await ask('/metrics')).status).toBe(404);
    expect(JSON.parse((await ask('/health/ready?verbose')).text)).toEqual({ status: 'ok' });
  }
});

test('a listener for operators on a loopback address answers only under names of this machine', async () => {
  const { health } = world;
  for (const [listensOn, host, status] of [
    ['127.0.0.1', 'evil.example', 404],
    ['127.0.0.1', 'localhost:9464', 200],
    ['0.0.0.0', 'metrics.internal', 200],
  ] as const) {
    const operators = createOperatorsServer(createMetrics().registry, health, listensOn);
    try {
      for (const path of ['/metrics', '/health/ready?verbose']) {
        const answer = await operators.inject({ path, headers: { host } });
        expect({ host, path, status: answer.statusCode }).toEqual({ host, path, status });
      }
    } finally {
      await operators.close();
    }
  }
});

test('/health/ready?verbose tells how each channel answered last, and is ready all the same', async () => {
  const broken = await createGatewayWorld({ messages: 5 });
  broken.sandbox.wechat.server.knobs.fault = 'server-error';
  await broken.query(NEWEST);
  const answer = await fetch(new URL('/health/ready?verbose', broken.url));
  expect(answer.status).toBe(200);
  const { status, channels, accounts } = (await answer.json()) as Record<
    string,
    { name: string; lastCall: unknown }[]
  >;
  expect(status).toBe('ok');
  expect(channels?.map(({ name, lastCall }) => [name, (lastCall as { outcome: string }).outcome])).toEqual([
    ['shop', 'UPSTREAM_UNAVAILABLE'],
    ['corp', 'OK'],
    ['broadcast', 'OK'],
    ['whatsapp', 'OK'],
  ]);
  expect(accounts).toHaveLength(4);
  await broken.close();
});

test('without metrics there is no /metrics', async () => {
  for (const metrics of [{ enabled: false }, { port: 0 }]) {
    const quiet = await createGatewayWorld({ messages: 1, settings: { metrics } });
    expect((await fetch(new URL('/metrics', quiet.url))).status).toBe(404);
    expect(await (await fetch(new URL('/health/ready?verbose', quiet.url))).json()).toEqual({ status: 'ok' });
    await quiet.close();
  }
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn++) if (await isSo()) return;
  throw new Error('It did not come to that');
}
