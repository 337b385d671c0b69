import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes } from '../../src/sandbox/start.ts';
import { startGateway } from '../support/gateway-process.ts';
import { send } from '../support/raw-http.ts';
import { createStoreSettings } from '../support/test-store.ts';
import { beginRequest } from '../support/unfinished-request.ts';

const MIB = 1024 * 1024;
const MAX_GROWTH_BYTES = 100 * MIB;
const BODIES = 60;
/** How long the program leaves them, and what it may take to notice, on a machine of its own. */
const GONE_AFTER_MS = 10_000;

test(`${BODIES} unfinished, unsigned bodies cost less than 100 MB, and are gone when their time is up`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const sandbox = await startSandboxes({ seed: 6, now: () => Date.now(), messages: 2 });
  onTestFinished(() => sandbox.close());
  const config = join(directory, 'gateway.yaml');
  writeFileSync(config, stringify({ ...(await createStoreSettings()), channels: sandbox.channels }));
  const gateway = await startGateway(['serve', '--config', config, '--port', '0']);
  onTestFinished(async () => {
    await gateway.stop('SIGTERM');
  });
  const { origin } = new URL(gateway.url);
  const isLinux = process.platform === 'linux';
  const memory = (): number => (isLinux ? residentBytes(gateway.pid) : 0);

  const body = `{"data":["${'x'.repeat(MIB - 100)}`;
  // The heap has grown by then as it does for any work: what unfinished ones cost comes on top.
  const path = '/webhooks/whatsapp/msg-sync-message';
  for (let index = 0; index < BODIES; index++) await send(origin, { path, body });
  const before = memory();
  const began = performance.now();
  const unfinished = Array.from({ length: BODIES }, () => beginRequest(origin, path, { length: MIB, body }));
  const all = Promise.all(unfinished.map(({ closed }) => closed));
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memory());
  }, 50);
  const answers = await all.finally(() => {
    clearInterval(watch);
  });
  const tookMs = performance.now() - began;

  // Those that had no room were put off, the others given up.
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].sort()).toEqual([408, 503]);
  console.info(`${Math.round((most - before) / MIB)} MiB more, gone after ${Math.round(tookMs)} ms`);
  expect(most - before).toBeLessThan(MAX_GROWTH_BYTES);
  if (process.env['WALL_CLOCK'] === '1') expect(tookMs).toBeLessThan(GONE_AFTER_MS);
  expect((await send(origin, { method: 'GET', path: '/health/live' })).status).toBe(200);
}, 180_000);

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
