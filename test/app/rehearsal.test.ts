import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readSamples, rehearse } from '../../src/app/rehearsal.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import type { GatewayConfig } from '../../src/config/settings.ts';
import { KINDS as WECOM_KINDS } from '../../src/datasources/wecom/to-message.ts';
import { historyKinds } from '../../src/datasources/whatsapp-scrm/native-types.ts';
import type { ServedProvider } from '../../src/resolvers/provider.ts';
import { providers } from '../../src/resolvers/providers.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { notebook } from '../support/notebook/index.ts';

/** For a machine of any speed. */
const LONG_MS = 60_000;

let sandboxes: Sandboxes;
let directory: string;
beforeAll(async () => {
  sandboxes = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 20 });
  directory = mkdtempSync(join(tmpdir(), 'gateway-rehearsal-'));
});
afterAll(async () => {
  await sandboxes.close();
  rmSync(directory, { recursive: true });
});

function configOf(
  channels: Record<string, unknown>[],
  settings: Record<string, unknown> = {},
): GatewayConfig {
  return parseConfig(stringify({ store: 'sqlite:./gateway.db', channels, ...settings }), {
    source: 'a test',
    directory,
    environment: {},
    providers: [...providers, notebook],
  });
}

test('it answers with messages of every kind that the samples of the configured providers have', async () => {
  const nodes = await readSamples(configOf(sandboxes.channels));
  const byProvider = Map.groupBy(nodes, ({ provider }) => provider);
  const kinds = [...byProvider].map(([provider, own]) => [
    provider,
    [...new Set(own.map(({ kind }) => kind))].sort(),
  ]);
  expect(Object.fromEntries(kinds)).toEqual({
    WECHAT: ['AUDIO', 'IMAGE', 'SESSION_EVENT', 'TEXT', 'UNSUPPORTED', 'VIDEO'],
    WECOM: [...new Set(WECOM_KINDS)].sort(),
    TENCENT_CHAT: ['AUDIO', 'CUSTOM', 'FILE', 'FORWARD', 'IMAGE', 'LOCATION', 'STICKER', 'TEXT', 'VIDEO'],
    WHATSAPP_SCRM: [...historyKinds.values(), 'UNSUPPORTED'].sort(),
  });
});

test('it calls no provider, opens no store, and logs nothing', async () => {
  const { log, lines } = createMemoryLog('trace');
  // Of a gateway that admits little, to few.
  const settings = {
    auth: { apiKeys: [{ name: 'reader', sha256: '0'.repeat(64), scopes: ['messages:read'] }] },
    limits: { defaultPageSize: 1, maxPageSize: 1, maxQueryTokens: 1, upstreamCallsPerRequest: 1 },
  };
  await rehearse(configOf(sandboxes.channels, settings), log, providers, LONG_MS);
  const calls = sandboxes.all.flatMap(({ server }) => server.calls);
  expect({ lines: lines(), files: readdirSync(directory), calls }).toEqual({
    lines: [],
    files: [],
    calls: [],
  });
});

test('it connects to no Redis server, and to no database', async () => {
  const connections: unknown[] = [];
  const server = createServer((socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const settings = {
    store: `postgres://gateway@127.0.0.1:${port}/gateway`,
    redis: `redis://127.0.0.1:${port}`,
    secret: Buffer.alloc(32, 1).toString('base64'),
  };
  const { log, lines } = createMemoryLog('trace');
  await rehearse(configOf(sandboxes.channels, settings), log, providers, LONG_MS);
  server.close();
  await once(server, 'close');
  expect({ lines: lines(), connections }).toEqual({ lines: [], connections: [] });
});

test('a provider without a sample is left out', async () => {
  const notes = { name: 'notes', provider: 'NOTEBOOK', notes: [] };
  const [first] = sandboxes.channels;
  const known = [...providers, notebook];
  expect(await readSamples(configOf([notes]), known)).toEqual([]);
  const nodes = await readSamples(configOf([notes, first ?? {}]), known);
  expect(new Set(nodes.map(({ provider }) => provider))).toEqual(new Set([first?.['provider']]));
});

/** Each provider with another sample. */
function withSamples(change: (provider: ServedProvider) => Partial<ServedProvider>): ServedProvider[] {
  return providers.map((provider) => ({ ...provider, ...change(provider) }));
}

test.each<[string, ServedProvider[]]>([
  [
    'cannot be made',
    withSamples(() => ({
      toSample: () => {
        throw new Error('There is no sample');
      },
    })),
  ],
  [
    'has a configuration with mistakes',
    withSamples(() => ({ toSample: () => ({ config: {}, answers: {} }) })),
  ],
  [
    'lacks an answer',
    withSamples(({ toSample }) => ({ toSample: (now) => ({ config: {}, ...toSample?.(now), answers: {} }) })),
  ],
])('a sample that %s is only a line of the log', async (_, known) => {
  const { log, lines } = createMemoryLog();
  await rehearse(configOf(sandboxes.channels), log, known, LONG_MS);
  expect(lines()).toEqual([
    expect.objectContaining({
      level: 40,
      msg: 'The rehearsal before the start failed; the first request will be slower',
    }),
  ]);
});

test('a rehearsal that does not end is not waited for', async () => {
  const { promise: closing, resolve: close } = Promise.withResolvers<undefined>();
  const known = withSamples((provider) => ({
    createChannel: (config, dependencies) =>
      Object.assign(provider.createChannel(config, dependencies), { close: () => closing }),
  }));
  await rehearse(configOf(sandboxes.channels), createMemoryLog().log, known, 1);
  close(undefined);
});

/** In a thread of its own, whose modules are new. @returns how many functions were compiled from text */
async function compiledByFirstRequest(after: 'start' | 'rehearsal'): Promise<number> {
  const worker = new Worker(new URL('../support/first-request.ts', import.meta.url), { workerData: after });
  const [compiled] = (await once(worker, 'message')) as [number];
  await worker.terminate();
  return compiled;
}

test('after it, the first request compiles no validator', async () => {
  expect(await compiledByFirstRequest('rehearsal')).toBe(0);
  expect(await compiledByFirstRequest('start')).toBeGreaterThan(10);
});
