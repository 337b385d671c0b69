import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Random } from '../../src/sandbox/random.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { BACK_WITHIN_MS, expectNothingLost, openService, REPLICAS } from '../support/service-load.ts';
import { promote, startSynchronousStandby } from '../support/standby.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';

/** The campaign sets it to 20. */
const FAILOVERS = Number(process.env['FAILOVERS'] ?? 1);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Until an operator, or a program, has noticed that the primary is gone. */
const NOTICED_AFTER_MS = 1_500;

test(
  `a primary that is killed, and whose synchronous standby is promoted, ${FAILOVERS} times, loses no delivery that was acknowledged, and ${REPLICAS} replicas serve again within ${BACK_WITHIN_MS} ms`,
  async () => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    const bin = findPostgres();
    if (bin === null) return expect.unreachable();
    const open = async (starting: Promise<PostgresServer>): Promise<PostgresServer> => {
      const server = await starting;
      onTestFinished(() => server.remove());
      return server;
    };
    let primary = await open(startPostgres(bin));
    let standby = await open(startSynchronousStandby(bin, primary));
    const proxy = await createTcpProxy(() => primary.url);
    onTestFinished(() => proxy.close());
    const url = new URL(primary.url);
    url.port = new URL(proxy.url).port;
    const { load, replicas } = await openService(url.href, () => primary.url);
    const limit = await load.start();
    for (let failover = 1; failover <= FAILOVERS; failover++) {
      await sleep(1_000 + random.between(0, 200));
      await primary.stop('SIGKILL');
      load.isAway = true;
      await sleep(NOTICED_AFTER_MS);
      await promote(standby);
      load.isAway = false;
      // The address leads to it.
      primary = standby;
      const times = await load.serveAll();
      console.info(`after failover ${failover}: ${JSON.stringify(times)} ms`);
      for (const time of Object.values(times)) expect(time).toBeLessThanOrEqual(limit);
      if (failover < FAILOVERS) standby = await open(startSynchronousStandby(bin, primary));
    }
    await expectNothingLost(load, replicas);
  },
  Math.max(300_000, FAILOVERS * 60_000),
);
