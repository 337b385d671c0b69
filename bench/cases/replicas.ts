import { findPostgres, startPostgres, type PostgresServer } from '../../test/support/postgres.ts';
import type { BenchCase, Figures, Variant } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { ask, type Asked } from '../graphql.ts';
import { measureQuery, type QueryLoad } from '../measure-query.ts';
import { withMeasured } from '../measured-process.ts';
import { nodesBody, pageOf, walkAll } from '../pages.ts';
import { startReplicas } from '../replicas.ts';
import { openWorld, type World } from '../world.ts';

/** The measured page begins after so many messages: the newest ones are no history yet. */
const SKIPPED = 50;
const PAGE = 100;
const LARGE_PAGE = 1_000;
const MB = 1_000_000;
const COUNTS = [1, 2];

interface Sizes extends Omit<QueryLoad, 'headers'> {
  messages: number;
}

const FULL: Sizes = { messages: 5_000, connections: 16, warmUp: 600, count: 160, leastSeconds: 5 };
const QUICK: Sizes = { messages: 300, connections: 4, warmUp: 2, count: 4, leastSeconds: 0 };

/** What another gateway adds on a machine that has no more cores than before. */
export const replicas: BenchCase = {
  name: 'replicas',
  title: `Pages of ${PAGE} messages of history that were read before, from gateways on one PostgreSQL server; they, it, the balancer and the load share two cores`,
  missing: () => (findPostgres() === null ? 'PostgreSQL server' : null),
  prepare: async ({ isQuick }) => {
    const sizes = isQuick ? QUICK : FULL;
    const bin = findPostgres();
    if (bin === null) throw new Error('There is no PostgreSQL server');
    const [world, server] = await Promise.all([openWorld({ messages: sizes.messages }), startPostgres(bin)]);
    const reference = await withMeasured(startGateway(world), ({ url }) => askReference(url));
    const toVariant = (count: number): [string, Variant] => [
      toName(count),
      {
        does: `${count === 1 ? 'one gateway' : `${count} gateways`} behind a balancer of TCP connections in the process of the load; each read is in the audit log in PostgreSQL before its answer`,
        measure: () => measureReplicas(world, server, count, { sizes, reference }),
      },
    ];
    return {
      variants: new Map(COUNTS.map(toVariant)),
      close: async () => {
        await world.close();
        await server.remove();
      },
    };
  },
};

function toName(count: number): string {
  return count === 1 ? '1 gateway' : `${count} gateways`;
}

async function askReference(url: string): Promise<Asked> {
  const { endCursor } = pageOf(await ask(url, nodesBody(SKIPPED))).pageInfo;
  await walkAll(url, { first: LARGE_PAGE });
  return ask(url, nodesBody(PAGE, endCursor));
}

function measureReplicas(
  world: World,
  server: PostgresServer,
  count: number,
  { sizes, reference }: { sizes: Sizes; reference: Asked },
): Promise<Figures> {
  return withMeasured(startReplicas(world, server, count), async (measured) => {
    for (const { url } of measured.all) {
      const read = await walkAll(url, { first: LARGE_PAGE });
      if (read !== 4 * sizes.messages) throw new Error(`There are ${read} messages`);
    }
    const report = await measureQuery(measured, reference, { ...sizes, headers: {} });
    const memory = measured.all.map(({ peakBytes }, index): [string, number] => [
      `peak memory of gateway ${index + 1}, MB`,
      peakBytes() / MB,
    ]);
    return {
      'requests/s': report.rate,
      'CPU ms of all gateways': report.cpuMs,
      'p50 ms': report.p50,
      'p99 ms': report.p99,
      "load's core %": report.loadBusy * 100,
      ...Object.fromEntries(memory),
    };
  });
}
