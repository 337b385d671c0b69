import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { createMemoryLog, type MemoryLog } from '../support/memory-log.ts';
import { readMetrics } from '../support/metrics.ts';
import { subscribe } from '../support/subscriber.ts';
import { waitUntil } from '../support/wait-until.ts';

let directory = '';
let world: GatewayWorld;
let memory: MemoryLog;
/** Somebody else's connection to the store. */
let other: DatabaseSync;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-store-'));
  const file = join(directory, 'gateway.db');
  memory = createMemoryLog('error');
  world = await createGatewayWorld({ messages: 60, store: `sqlite:${file}`, log: memory.log });
  other = openDatabase(file, 'NORMAL');
});
afterEach(async () => {
  other.close();
  await world.close();
  rmSync(directory, { recursive: true });
});

async function readiness(): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(new URL('/health/ready', world.url));
  return { status: answer.status, body: await answer.json() };
}

test('a store that cannot be written makes the gateway not ready, until it can be again', async () => {
  other.exec('BEGIN EXCLUSIVE');
  expect(await readiness()).toEqual({
    status: 503,
    body: { status: 'unavailable', reason: 'The store cannot be written: database is locked' },
  });
  other.exec('COMMIT');
  // It does not look at the disk for everyone who asks.
  expect((await readiness()).status).toBe(503);
  await waitUntil(async () => (await readiness()).status === 200);
  expect(await readiness()).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await (await fetch(new URL('/health/live', world.url))).json()).toEqual({ status: 'ok' });
});

test('what was not expected is masked with the id of the request, over HTTP and a socket, and logged under it', async () => {
  const { data } = await world.query(
    '{ messages(first: 1, filter: { channels: ["corp"] }) { nodes { id } } }',
  );
  const id = (data as { messages: { nodes: { id: string }[] } }).messages.nodes[0]?.id ?? '';
  other.exec('DROP TABLE events; DROP TABLE event_log; DROP TABLE wecom_message');

  const answer = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'broken-01' },
    body: JSON.stringify({ query: 'query ($id: ID!) { canary: node(id: $id) { id } }', variables: { id } }),
  });
  expect(await answer.json()).toMatchObject({
    data: { canary: null },
    errors: [
      {
        message: 'Something went wrong in the gateway (request broken-01)',
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ],
  });
  const line = memory.lines().find(({ requestId }) => requestId === 'broken-01');
  expect(line).toMatchObject({
    msg: 'Unexpected error',
    field: 'node',
    caller: 'anonymous',
    err: { name: 'Error', code: 1 },
  });
  expect(memory.text()).not.toContain('canary');

  const subscriber = subscribe(world.url, 'subscription { messageAdded { cursor } }');
  await subscriber.until(1);
  const [error] = subscriber.errors;
  const requestId = /^Something went wrong in the gateway \(request (.+)\)$/.exec(error?.message ?? '')?.[1];
  expect(memory.lines().map((each) => each['requestId'])).toContain(requestId);
  subscriber.close();
});

test('while the store fails, the metrics that come from it are left out, and all others are there', async () => {
  const before = await readMetrics(world.url);
  expect(before.has('gateway_events_published_total')).toBe(true);
  other.exec('DROP TABLE inbox; DROP TABLE events; DROP TABLE event_log; DROP TABLE probe');
  await waitUntil(async () => (await readMetrics(world.url)).get('gateway_store_probe_seconds') === Infinity);
  const after = await readMetrics(world.url);
  const missing = [...before.keys()]
    .filter((name) => !after.has(name))
    .map((name) => name.replace(/\{.*/, ''));
  expect([...new Set(missing)].sort()).toEqual([
    'gateway_events_published_total',
    'gateway_inbox_items',
    'gateway_inbox_oldest_seconds',
  ]);
});
