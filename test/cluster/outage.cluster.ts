import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { deliver } from '../support/deliver.ts';
import { Follower } from '../support/follower.ts';
import { ask } from '../support/gateway-world.ts';
import { runProgram, startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { findPostgres, runOn, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { waitUntil } from '../support/wait-until.ts';

const REPLICAS = 3;
/** How long the database is away, in one outage after the other. Leases end meanwhile in those of more than 10 s. */
const OUTAGES = (process.env['OUTAGES'] ?? '7,15').split(',').map(Number);
/** How soon all is as before, once the database accepts connections. */
const BACK_WITHIN_MS = 5_000;
/** That is for machines that serve all of it within this time when there was no outage; for others it is longer in proportion. */
const USUAL_MS = 500;
/** At most so many times: a service that is slow in itself is not to pass. */
const LONGEST = 2;
const SERVICES = ['accepted', 'read', 'published', 'seen'] as const;
const PUSHERS = 3;
const PAUSE_MS = 20;
const READ = '{ messages(first: 3, filter: { channels: ["shop"] }) { nodes { id } } }';

const directory = mkdtempSync(join(tmpdir(), 'gateway-outage-'));
const replicas: GatewayProcess[] = [];
let postgres: PostgresServer | undefined;
let sandbox: Sandboxes | undefined;
let follower: Follower | undefined;
/** Also when the test fails in the midst of it. */
let stopLoad = (): Promise<void> => Promise.resolve();
afterEach(async () => {
  await stopLoad();
  follower?.close();
  await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
  await sandbox?.close();
  await postgres?.remove();
  rmSync(directory, { recursive: true });
});

/** Its other processes end a moment after the first one, and until then it does not start. */
async function startAgain(server: PostgresServer): Promise<void> {
  for (;;) {
    try {
      await server.start();
      return;
    } catch {
      await sleep(PAUSE_MS);
    }
  }
}

test(
  `a database that is killed and comes back, after ${OUTAGES.join(' and ')} s, loses no delivery that was acknowledged, and ${REPLICAS} replicas serve again within ${BACK_WITHIN_MS} ms`,
  async () => {
    const bin = findPostgres();
    if (bin === null) return expect.unreachable();
    const database = (postgres = await startPostgres(bin));
    const own = (sandbox = await startSandboxes({
      seed: 1,
      now: () => Date.now(),
      messages: 5,
      only: ['whatsapp', 'shop'],
    }));
    const { whatsApp } = own;
    const config = join(directory, 'gateway.yaml');
    writeFileSync(
      config,
      stringify({
        store: database.url,
        secret: randomBytes(32).toString('base64'),
        // The tail would publish from history too; here only what was pushed is to be seen.
        live: { reconcileSeconds: 86_400 },
        channels: own.channels,
      }),
    );
    whatsApp.server.knobs.fault = 'server-error';
    const args = ['serve', '--config', config, '--port', '0'];
    replicas.push(
      ...(await Promise.all(
        Array.from({ length: REPLICAS }, () => startGateway(args, { LOG_LEVEL: 'fatal' })),
      )),
    );
    let turn = 0;
    const pick = (): string => replicas[turn++ % REPLICAS]?.url ?? '';

    let isAway = false;
    const acknowledged: string[] = [];
    /** What deliveries were answered, and whether the database was away all that time. */
    const answers: { status: number; wasAway: boolean }[] = [];
    /** @returns its message id; null: it was not acknowledged, and is not sent again */
    const push = async (url: string): Promise<string | null> => {
      const record = whatsApp.add({});
      const wasAway = isAway;
      const { status } = await deliver(url, 'whatsapp', whatsApp.pushes.clientSync([record]));
      answers.push({ status, wasAway: wasAway && isAway });
      if (status !== 200) return null;
      const id = whatsApp.pushes.messageId(record);
      acknowledged.push(id);
      return id;
    };
    const readPublished = async (): Promise<string[]> => {
      const rows = await runOn(
        database.url,
        `SELECT convert_from(payload, 'UTF8')::jsonb ->> 'whatsAppMessageId' AS message FROM events
         WHERE type = 'message' ORDER BY id`,
      );
      return rows.map(({ message }) => String(message));
    };

    const following = (follower = new Follower(pick));
    // From the first event on that the subscriber has seen, it must see every one.
    await waitUntil(async () => {
      await push(pick());
      following.collect();
      return following.seen.length > 0;
    });
    const load = { isOver: false };
    const pushers = Array.from({ length: PUSHERS }, async () => {
      while (!load.isOver) {
        await push(pick());
        await sleep(PAUSE_MS);
      }
    });
    const reader = (async () => {
      while (!load.isOver) {
        await ask(pick(), READ);
        await sleep(PAUSE_MS);
      }
    })();

    /** @returns how long it takes until each replica does it, and a subscriber sees it, in ms */
    const serveAll = async (): Promise<Record<(typeof SERVICES)[number], number>> => {
      const began = performance.now();
      const since = (): number => Math.round(performance.now() - began);
      const onEach = async (serve: (url: string) => Promise<boolean>): Promise<number> => {
        await Promise.all(replicas.map(({ url }) => waitUntil(() => serve(url))));
        return since();
      };
      const ids: string[] = [];
      const pushed = onEach(async (url) => {
        const id = await push(url);
        if (id !== null) ids.push(id);
        return id !== null;
      });
      const reading = onEach(async (url) => (await ask(url, READ)).errors.length === 0);
      const [accepted, read] = await Promise.all([pushed, reading]);
      await waitUntil(async () => {
        const published = await readPublished();
        return ids.every((id) => published.includes(id));
      });
      const published = since();
      await waitUntil(() => {
        following.collect();
        return ids.every((id) => following.seen.includes(id));
      });
      return { accepted, read, published, seen: since() };
    };
    const endLoad = async (): Promise<void> => {
      load.isOver = true;
      await Promise.all([...pushers, reader]);
    };
    stopLoad = endLoad;
    // Once for what the first requests wait for.
    await serveAll();
    const before = await serveAll();
    const limit = BACK_WITHIN_MS * Math.min(LONGEST, Math.max(1, before.seen / USUAL_MS));
    console.info(`before: ${JSON.stringify(before)} ms`);
    for (const seconds of OUTAGES) {
      await sleep(1_000);
      await database.stop('SIGKILL');
      isAway = true;
      await sleep(seconds * 1000);
      isAway = false;
      await startAgain(database);
      const times = await serveAll();
      console.info(`after ${seconds} s: ${JSON.stringify(times)} ms`);
      for (const what of SERVICES) expect(times[what]).toBeLessThanOrEqual(limit);
    }
    await endLoad();

    let published: string[] = [];
    await waitUntil(async () => {
      published = await readPublished();
      return acknowledged.every((id) => published.includes(id));
    });
    const expected = published.slice(published.indexOf(following.seen[0] ?? ''));
    await waitUntil(() => {
      following.collect();
      return following.seen.length >= expected.length || following.refusals.length > 0;
    });
    expect(following.seen).toEqual(expected);
    expect(published).toHaveLength(new Set(published).size);
    expect(following.refusals).toEqual([]);
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 503]);
    const meanwhile = answers.filter(({ wasAway }) => wasAway);
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([503]));
    const { code, stdout } = await runProgram(['audit', 'verify', '--config', config]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The audit log is intact')]);
    console.info(`${acknowledged.length} acknowledged, ${meanwhile.length} refused meanwhile`);
  },
  Math.max(300_000, OUTAGES.length * 120_000),
);
