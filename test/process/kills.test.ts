import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { deliver } from '../support/deliver.ts';
import { Follower } from '../support/follower.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createStoreConfig } from '../support/store-config.ts';
import { createStoreSettings } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Of each store; `test:crashes` has 30 of both together, the long campaign 500. */
const KILLS = Number(process.env['KILLS'] ?? 4) / 2;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** A gateway that does not come back is a failure too. */
const MAX_ATTEMPTS = 5_000;

let directory = '';
let sandbox: Sandboxes | undefined;
let gateway: GatewayProcess | undefined;
let follower: Follower | undefined;
afterEach(async () => {
  follower?.close();
  await gateway?.stop('SIGKILL');
  await sandbox?.close();
  rmSync(directory, { recursive: true, force: true });
});

test.each(['plain', 'encrypted'] as const)(
  `killed ${KILLS} times at any moment under deliveries to a store that is %s, it loses none that it acknowledged and shows none twice`,
  async (store) => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    directory = mkdtempSync(join(tmpdir(), 'gateway-kills-'));
    sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 5, only: ['whatsapp'] });
    const { whatsApp } = sandbox;
    const config = join(directory, 'gateway.yaml');
    // The tail would publish from history too; here only what was pushed is to be seen.
    writeFileSync(
      config,
      stringify({
        ...(await createStoreSettings(createStoreConfig(`sqlite:./${store}.db`, store))),
        live: { reconcileSeconds: 86_400 },
        channels: sandbox.channels,
      }),
    );
    whatsApp.server.knobs.fault = 'server-error';
    const acknowledged = new Set<string>();
    const start = async (): Promise<void> => {
      gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'fatal' });
    };
    const push = async (): Promise<void> => {
      const record = whatsApp.add({});
      const id = whatsApp.pushes.messageId(record);
      for (let attempt = 1; !acknowledged.has(id); attempt++) {
        try {
          const { status } = await deliver(
            gateway?.url ?? 'http://127.0.0.1:9',
            'whatsapp',
            whatsApp.pushes.clientSync([record]),
          );
          if (status === 200) acknowledged.add(id);
        } catch (error) {
          // It was killed meanwhile; the provider would try again.
          if (attempt === MAX_ATTEMPTS) throw error;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };

    await start();
    const own = (follower = new Follower(() => gateway?.url));
    // From the first event on that the subscriber has seen, it must see every one.
    await waitUntil(async () => {
      await push();
      own.collect();
      return own.seen.length > 0;
    });
    acknowledged.clear();
    own.seen.length = 0;
    const pushing = { isOver: false };
    const pushers = Array.from({ length: 3 }, async () => {
      while (!pushing.isOver) await push();
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const before = acknowledged.size;
      // However slow the machine is, each life of the process has acknowledged something.
      await waitUntil(() => acknowledged.size > before);
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 150)));
      const killed = gateway;
      gateway = undefined;
      await killed?.stop('SIGKILL');
      await start();
    }
    pushing.isOver = true;
    await Promise.all(pushers);
    const deadline = Date.now() + 60_000;
    // What was pushed before the first kill may be seen late, so numbers alone say nothing.
    const missing = (): string[] => [...acknowledged].filter((id) => !own.seen.includes(id));
    await waitUntil(() => {
      own.collect();
      return missing().length === 0 || Date.now() >= deadline;
    });
    expect(own.seen.filter((id, index) => own.seen.indexOf(id) !== index)).toEqual([]);
    expect(missing()).toEqual([]);
    expect(own.refusals).toEqual([]);
    console.info(`${KILLS} kills, ${acknowledged.size} deliveries acknowledged, ${own.seen.length} seen`);
  },
  Math.max(300_000, KILLS * 6_000),
);
