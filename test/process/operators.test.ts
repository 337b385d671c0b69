import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { ask } from '../support/gateway-world.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { readMetrics } from '../support/metrics.ts';
import { createStoreSettings } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-operators-'));
let sandbox: Sandboxes | undefined;
let gateway: GatewayProcess | undefined;
afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await sandbox?.close();
  rmSync(directory, { recursive: true });
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('what is for operators has a listener of its own, which tells that the gateway closes while requests finish', async () => {
  sandbox = await startSandboxes({ seed: 5, now: () => Date.now(), messages: 10 });
  const port = await findFreePort();
  const config = join(directory, 'gateway.yaml');
  writeFileSync(
    config,
    stringify({
      ...(await createStoreSettings('sqlite:./gateway.db')),
      metrics: { port },
      channels: sandbox.channels,
    }),
  );
  gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'error' });
  const operators = `http://127.0.0.1:${port}/`;
  expect((await fetch(new URL('/metrics', gateway.url))).status).toBe(404);
  expect((await readMetrics(operators)).get('gateway_audit_records_total')).toBe(0);
  expect((await fetch(new URL('/health/ready', operators))).status).toBe(200);
  // Nobody proxies these by accident, so whoever gets there is answered.
  expect((await fetch(new URL('/metrics', operators), { headers: { via: '1.1 mesh' } })).status).toBe(200);

  // Tokens, and WeCom's messages, are fetched without any request.
  sandbox.wechat.server.knobs.delayMs = 1_000;
  const answer = ask(gateway.url, '{ messages(first: 3) { nodes { id } } }');
  const { server } = sandbox.wechat;
  await waitUntil(() => server.listCalls > 0);
  const ended = gateway.stop('SIGTERM');
  const ready = async (): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(new URL('/health/ready', operators));
    return { status: response.status, body: await response.json() };
  };
  await waitUntil(async () => (await ready()).status !== 200);
  expect(await ready()).toEqual({
    status: 503,
    body: { status: 'unavailable', reason: 'The gateway is shutting down' },
  });
  expect((await answer).data).toMatchObject({ messages: { nodes: [{}, {}, {}] } });
  expect(await ended).toBe(0);
});
