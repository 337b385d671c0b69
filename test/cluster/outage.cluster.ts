import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { runProgram } from '../support/gateway-process.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { Replicas } from '../support/replicas.ts';
import { BACK_WITHIN_MS, ServiceLoad, toLoadSettings } from '../support/service-load.ts';

const REPLICAS = 3;
/** How long the database is away, in one outage after the other. Leases end meanwhile in those of more than 10 s. */
const OUTAGES = (process.env['OUTAGES'] ?? '7,15').split(',').map(Number);
const PAUSE_MS = 20;

let postgres: PostgresServer | undefined;
let sandbox: Sandboxes | undefined;
let replicas: Replicas | undefined;
let load: ServiceLoad | undefined;
afterEach(async () => {
  await load?.stop();
  load?.close();
  await replicas?.close();
  await sandbox?.close();
  await postgres?.remove();
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
    const { url } = (postgres = await startPostgres(bin));
    const database = postgres;
    sandbox = await startSandboxes({
      seed: 1,
      now: () => Date.now(),
      messages: 5,
      only: ['whatsapp', 'shop'],
    });
    const running = (replicas = new Replicas(toLoadSettings(sandbox)));
    await Promise.all(Array.from({ length: REPLICAS }, () => running.start(url)));
    load = new ServiceLoad(running, sandbox, () => url);
    const limit = await load.start();
    for (const seconds of OUTAGES) {
      await sleep(1_000);
      await database.stop('SIGKILL');
      load.isAway = true;
      await sleep(seconds * 1000);
      load.isAway = false;
      await startAgain(database);
      const times = await load.serveAll();
      console.info(`after ${seconds} s: ${JSON.stringify(times)} ms`);
      for (const time of Object.values(times)) expect(time).toBeLessThanOrEqual(limit);
    }
    const { seen, expected, published, refusals, statuses, statusesMeanwhile, acknowledged } =
      await load.finish();
    expect(seen).toEqual(expected);
    expect(published).toHaveLength(new Set(published).size);
    expect([refusals, statuses, statusesMeanwhile]).toEqual([[], [200, 503], [503]]);
    const { code, stdout } = await runProgram(['audit', 'verify', '--config', running.config]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The audit log is intact')]);
    console.info(`${acknowledged} acknowledged, ${seen.length} seen`);
  },
  Math.max(300_000, OUTAGES.length * 120_000),
);
