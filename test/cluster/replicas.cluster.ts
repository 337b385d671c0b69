import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { deliver } from '../support/deliver.ts';
import { Follower } from '../support/follower.ts';
import { runProgram, startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createDatabase, dropDatabase, runOn } from '../support/postgres.ts';
import { waitUntil } from '../support/wait-until.ts';

const REPLICAS = 3;
/** The long campaign sets it to 500. */
const KILLS = Number(process.env['KILLS'] ?? 6);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const RETRY_MS = 20;

const server = process.env['POSTGRES_URL'] ?? '';
const name = `cluster_${randomBytes(6).toString('hex')}`;
const directory = mkdtempSync(join(tmpdir(), 'gateway-cluster-'));
const replicas = new Set<GatewayProcess>();
let sandbox: Sandboxes | undefined;
let follower: Follower | undefined;
afterEach(async () => {
  follower?.close();
  await Promise.all([...replicas].map((replica) => replica.stop('SIGKILL')));
  await sandbox?.close();
  await dropDatabase(server, name);
  rmSync(directory, { recursive: true });
});

test(
  `three replicas of which one is killed at any moment, ${KILLS} times, lose no delivery that they acknowledged, and show each once, in order, to a subscriber that resumes on another`,
  async () => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    const url = await createDatabase(server, name);
    sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 5, only: ['whatsapp'] });
    const { whatsApp } = sandbox;
    const config = join(directory, 'gateway.yaml');
    writeFileSync(
      config,
      stringify({
        store: url,
        secret: randomBytes(32).toString('base64'),
        // The tail would publish from history too; here only what was pushed is to be seen.
        live: { reconcileSeconds: 86_400 },
        channels: sandbox.channels,
      }),
    );
    whatsApp.server.knobs.fault = 'server-error';
    const pick = (): GatewayProcess | undefined => [...replicas][random.between(0, replicas.size - 1)];
    /** As a supervisor does: on a busy machine the server may not answer in time. */
    const start = async (attempts = 5): Promise<void> => {
      const args = ['serve', '--config', config, '--port', '0'];
      try {
        replicas.add(await startGateway(args, { LOG_LEVEL: 'fatal' }));
      } catch (error) {
        if (attempts === 1) throw error;
        await start(attempts - 1);
      }
    };
    const acknowledged: string[] = [];
    const push = async (): Promise<void> => {
      const record = whatsApp.add({});
      const delivery = whatsApp.pushes.clientSync([record]);
      const isAcknowledged = async (): Promise<boolean> => {
        const url = pick()?.url;
        if (url === undefined) return false;
        // A replica that is killed meanwhile breaks the connection: the provider would try again.
        const answer = await deliver(url, 'whatsapp', delivery).catch(() => null);
        return answer?.status === 200;
      };
      while (!(await isAcknowledged())) await sleep(RETRY_MS);
      acknowledged.push(whatsApp.pushes.messageId(record));
    };

    // All at once: they make the store together.
    await Promise.all(Array.from({ length: REPLICAS }, () => start()));
    const own = (follower = new Follower(() => pick()?.url));
    // From the first event on that the subscriber has seen, it must see every one.
    await waitUntil(async () => {
      await push();
      own.collect();
      return own.seen.length > 0;
    });

    const pushing = { isOver: false };
    const pushers = Array.from({ length: 3 }, async () => {
      while (!pushing.isOver) {
        await push();
        await sleep(random.between(0, 30));
      }
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const before = acknowledged.length;
      await waitUntil(() => acknowledged.length > before + 20);
      await sleep(random.between(0, 150));
      const killed = pick();
      if (!killed) return expect.unreachable();
      replicas.delete(killed);
      await killed.stop('SIGKILL');
      await start();
    }
    pushing.isOver = true;
    await Promise.all(pushers);

    const readPublished = async (): Promise<string[]> => {
      const rows = await runOn(
        url,
        `SELECT convert_from(payload, 'UTF8')::jsonb ->> 'whatsAppMessageId' AS message FROM events
         WHERE type = 'message' ORDER BY id`,
      );
      return rows.map(({ message }) => String(message));
    };
    // What a killed replica has accepted, another one publishes.
    let published: string[] = [];
    await waitUntil(async () => {
      published = await readPublished();
      return acknowledged.every((id) => published.includes(id));
    });
    const expected = published.slice(published.indexOf(own.seen[0] ?? ''));
    await waitUntil(() => {
      own.collect();
      return own.seen.length >= expected.length || own.refusals.length > 0;
    });
    expect(own.seen).toEqual(expected);
    expect(published).toHaveLength(new Set(published).size);
    expect(own.refusals).toEqual([]);
    console.info(`${KILLS} kills, ${acknowledged.length} deliveries acknowledged, ${own.seen.length} seen`);
    const verified = await runProgram(['audit', 'verify', '--config', config]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('The audit log is intact')]);
  },
  Math.max(900_000, KILLS * 30_000),
);
