import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { runProgram } from '../support/gateway-process.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { Replicas } from '../support/replicas.ts';
import { BACK_WITHIN_MS, ServiceLoad, toLoadSettings } from '../support/service-load.ts';
import { promote, startSynchronousStandby } from '../support/standby.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const REPLICAS = 3;
/** The campaign sets it to 20. */
const FAILOVERS = Number(process.env['FAILOVERS'] ?? 1);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Until somebody, or a program, has noticed that the primary is gone. */
const NOTICED_AFTER_MS = 1_500;

const servers: PostgresServer[] = [];
let address: TcpProxy | undefined;
let sandbox: Sandboxes | undefined;
let replicas: Replicas | undefined;
let load: ServiceLoad | undefined;
afterEach(async () => {
  await load?.stop();
  load?.close();
  await replicas?.close();
  await sandbox?.close();
  await address?.close();
  await Promise.all(servers.map((server) => server.remove()));
});

test(
  `a primary that is killed, and whose synchronous standby is promoted, ${FAILOVERS} times, loses no delivery that was acknowledged, and ${REPLICAS} replicas serve again within ${BACK_WITHIN_MS} ms`,
  async () => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    const bin = findPostgres();
    if (bin === null) return expect.unreachable();
    const open = async (starting: Promise<PostgresServer>): Promise<PostgresServer> => {
      const server = await starting;
      servers.push(server);
      return server;
    };
    let primary = await open(startPostgres(bin));
    let standby = await open(startSynchronousStandby(bin, primary));
    const proxy = (address = await createTcpProxy(() => primary.url));
    const url = new URL(primary.url);
    url.port = new URL(proxy.url).port;
    sandbox = await startSandboxes({
      seed: 1,
      now: () => Date.now(),
      messages: 5,
      only: ['whatsapp', 'shop'],
    });
    const running = (replicas = new Replicas(toLoadSettings(sandbox)));
    await Promise.all(Array.from({ length: REPLICAS }, () => running.start(url.href)));
    load = new ServiceLoad(running, sandbox, () => primary.url);
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
    const { seen, expected, published, refusals, statuses, statusesMeanwhile, acknowledged } =
      await load.finish();
    expect(seen).toEqual(expected);
    expect(published).toHaveLength(new Set(published).size);
    expect([refusals, statuses, statusesMeanwhile]).toEqual([[], [200, 503], [503]]);
    const { code, stdout } = await runProgram(['audit', 'verify', '--config', running.config]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The audit log is intact')]);
    console.info(`${acknowledged} acknowledged, ${seen.length} seen`);
  },
  Math.max(300_000, FAILOVERS * 60_000),
);
