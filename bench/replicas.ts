import { randomBytes } from 'node:crypto';
import { createDatabase, dropDatabase, type PostgresServer } from '../test/support/postgres.ts';
import { createTcpProxy } from '../test/support/tcp-proxy.ts';
import { startGateway } from './gateway.ts';
import type { MeasuredProcess } from './measured-process.ts';
import type { World } from './world.ts';

/** Gateways on one database, behind a balancer. */
export interface MeasuredReplicas {
  /** Of the balancer, which gives each new connection to the next one. */
  url: string;
  all: readonly MeasuredProcess[];
  /** Processor time of all of them. */
  cpuMs: () => number;
  stop: () => Promise<void>;
}

/** They run on both cores; the balancer is in this process, beside the load, and the server where it was started. */
export async function startReplicas(
  world: World,
  server: PostgresServer,
  count: number,
): Promise<MeasuredReplicas> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const store = await createDatabase(server.url, name);
  const all: MeasuredProcess[] = [];
  for (let index = 0; index < count; index++)
    all.push(await startGateway(world, { store, place: 'both cores' }));
  let turn = 0;
  const balancer = await createTcpProxy(() => all[turn++ % count]?.url ?? '');
  return {
    url: balancer.url,
    all,
    cpuMs: () => all.reduce((sum, { cpuMs }) => sum + cpuMs(), 0),
    stop: async () => {
      await balancer.close();
      await Promise.all(all.map((replica) => replica.stop()));
      await dropDatabase(server.url, name);
    },
  };
}
