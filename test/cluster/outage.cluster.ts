import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { findPostgres, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { BACK_WITHIN_MS, expectNothingLost, openService, REPLICAS } from '../support/service-load.ts';

/** How long the database is away, in one outage after the other. Leases end meanwhile in those of more than 10 s. */
const OUTAGES = (process.env['OUTAGES'] ?? '7,15').split(',').map(Number);
const PAUSE_MS = 20;

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
    const database = await startPostgres(bin);
    onTestFinished(() => database.remove());
    const { load, replicas } = await openService(database.url, () => database.url);
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
    await expectNothingLost(load, replicas);
  },
  Math.max(300_000, OUTAGES.length * 120_000),
);
