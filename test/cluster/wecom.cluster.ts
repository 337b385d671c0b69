import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { createApi, type Api } from '../../src/app/api.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { createDatabase, dropDatabase, runOn } from '../support/postgres.ts';
import { waitUntil } from '../support/wait-until.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

const MESSAGES = 40;
const ROUNDS = 4;

const server = process.env['POSTGRES_URL'] ?? '';
let name = '';
let store = '';
let sandbox: Sandboxes | undefined;
const apis: Api[] = [];
beforeEach(async () => {
  name = `wecom_${randomBytes(6).toString('hex')}`;
  store = await createDatabase(server, name);
});
afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.server.close()));
  await sandbox?.close();
  await dropDatabase(server, name);
});

/** @param delayMs how long WeCom takes for each answer; it says so when a call comes meanwhile */
async function startGateways(
  count: number,
  delayMs: number,
): Promise<{ wecom: Sandboxes['wecom']; urls: string[] }> {
  const own = (sandbox = await startSandboxes({
    seed: 1,
    now: () => Date.now(),
    messages: MESSAGES,
    weComReachDays: 30,
    only: ['corp'],
  }));
  own.wecom.server.knobs.delayMs = delayMs;
  const channels = own.channels.map((channel) => ({
    ...channel,
    quota: { pageSize: 10, callsPerSecond: 100 },
    secondsBetweenPulls: 0,
  }));
  const config = parseConfig(
    stringify({ store, secret: randomBytes(32).toString('base64'), freshnessSeconds: 0, channels }),
    { source: 'a test', directory: '.', environment: {} },
  );
  const log = pino({ enabled: false });
  apis.push(...(await Promise.all(Array.from({ length: count }, () => createApi(config, log)))));
  const urls = await Promise.all(apis.map(async (api) => `${await api.start(0)}/graphql`));
  return { wecom: own.wecom, urls };
}

test('three gateways that are asked for WeCom at the same moments call it one at a time, and each shows every message', async () => {
  const { wecom, urls } = await startGateways(3, 60);
  for (let round = 0; round < ROUNDS; round++) {
    const walks = await Promise.all(urls.map((url) => walkTimeline(() => url)));
    const [first = []] = walks;
    expect(first).toHaveLength(MESSAGES + round);
    for (const walk of walks) expect(walk).toEqual(first);
    wecom.add({});
  }
  expect(sandbox?.violations()).toEqual([]);
  // One that has waited for another's page does not ask for it again.
  expect(wecom.server.listCalls).toBeLessThan(MESSAGES / 10 + ROUNDS * urls.length * 2);
});

test('a gateway that loses its leases while WeCom answers keeps nothing of that, and asks again', async () => {
  const { wecom, urls } = await startGateways(1, 500);
  const walking = walkTimeline(() => urls[0] ?? '');
  await waitUntil(() => wecom.server.listCalls === 1);
  // All leases: also the one of the scheduled pull, which ends with it.
  await runOn(
    store,
    'UPDATE leases SET token = token + 1, holder = gen_random_uuid(), until = clock_timestamp()',
  );
  expect(await walking).toHaveLength(MESSAGES);
  const pages = MESSAGES / 10;
  expect(wecom.server.listCalls).toBe(pages + 1);
  expect(sandbox?.violations()).toEqual([]);
});

test('clients that go away, and a gateway that is shut down, leave WeCom one call at a time', async () => {
  const { wecom, urls } = await startGateways(3, 300);
  const [first = '', ...others] = urls;
  for (let round = 0; round < ROUNDS; round++) {
    const gone = new AbortController();
    const asked = wecom.server.listCalls;
    const left = fetch(first, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ messages(first: 100) { nodes { id } } }' }),
      signal: gone.signal,
    });
    await waitUntil(() => wecom.server.listCalls > asked);
    gone.abort();
    await expect(left).rejects.toThrow('aborted');
    wecom.add({});
  }
  const walks = others.map((url) => walkTimeline(() => url));
  await apis.shift()?.server.close();
  for (const walk of await Promise.all(walks)) expect(walk).toHaveLength(MESSAGES + ROUNDS);
  expect(sandbox?.violations()).toEqual([]);
});
