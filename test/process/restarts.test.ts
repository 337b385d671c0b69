import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createStoreConfig } from '../support/store-config.ts';
import { createStoreSettings, isOnServer } from '../support/test-store.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

/** `test:crashes` sets it to 1,250. */
const MESSAGES_EACH = Number(process.env['WALK'] ?? 300);
const PAGE_SIZE = 100;
const PAGES_BETWEEN_RESTARTS = 5;
const LEAST_RESTARTS = Math.floor((4 * MESSAGES_EACH) / PAGE_SIZE / PAGES_BETWEEN_RESTARTS) - 1;

const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
let sandbox: Sandboxes | undefined;
let gateway: GatewayProcess | undefined;
afterEach(async () => {
  await gateway?.stop('SIGKILL');
  gateway = undefined;
  await sandbox?.close();
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

test.each([
  ['DESC', 'encrypted'],
  ['ASC', 'plain'],
] as const)(
  `killed again and again during a walk of ${4 * MESSAGES_EACH} messages, %s, from a store that is %s, with tokens revoked meanwhile, it loses and repeats nothing`,
  async (direction, store) => {
    const now = (): number => Date.now();
    sandbox = await startSandboxes({ seed: 3, now, messages: MESSAGES_EACH, weComReachDays: 365 });
    const { all, wecom } = sandbox;
    // What it hands out can be taken back; WhatsApp SCRM, which hands out nothing, would refuse a call that is right.
    const revocable = all.filter(({ channel }) => channel !== 'whatsapp');
    const config = join(directory, `${direction}.yaml`);
    writeFileSync(
      config,
      stringify({
        ...(await createStoreSettings(createStoreConfig(`sqlite:./${direction}/gateway.db`, store))),
        channels: sandbox.channels,
      }),
    );
    const start = (): Promise<GatewayProcess> => startGateway(['serve', '--config', config, '--port', '0']);
    gateway = await start();
    let restarts = 0;
    const walked = await walkTimeline(() => gateway?.url ?? '', {
      direction,
      sizes: [PAGE_SIZE],
      onPage: async ({ sources }, number) => {
        // Oldest first, Tencent Chat must be gone through to its beginning, which takes more calls than one request has.
        // On a server the share of a quota that a killed process had ends after a while, and pages are short until then.
        if (!isOnServer) expect(sources.map(({ errorCode }) => errorCode)).toEqual(Array(4).fill(null));
        if (number % PAGES_BETWEEN_RESTARTS !== PAGES_BETWEEN_RESTARTS - 1) return;
        await gateway?.stop('SIGKILL');
        for (const provider of revocable) provider.expireCredentials();
        gateway = await start();
        restarts++;
      },
    });
    expect(walked).toHaveLength(4 * MESSAGES_EACH);
    expect(new Set(walked.map(({ id }) => id)).size).toBe(4 * MESSAGES_EACH);
    expect(restarts).toBeGreaterThanOrEqual(LEAST_RESTARTS);
    // Oldest first, the walk's end asks once whether there is news.
    const pages = Math.ceil(MESSAGES_EACH / 1000) + 1;
    expect(wecom.server.listCalls).toBeLessThanOrEqual(pages + 1);
    expect(sandbox.violations()).toEqual([]);
  },
  300_000,
);
