import type { BenchCase, Figures } from '../bench-case.ts';
import { longestChain } from '../chain.ts';
import { startGateway } from '../gateway.ts';
import { ask, expectSameNodes, type Asked } from '../graphql.ts';
import { withMeasured } from '../measured-process.ts';
import { nodesBody } from '../pages.ts';
import { medianOf } from '../statistics.ts';
import { openWorld, type World } from '../world.ts';

const MESSAGES = 5_000;
/** As far as WeCom's reaches. */
const REACH_DAYS = 3;
/** How long each call takes. */
const DELAY_MS = 50;
/** A token and a list, or the range of a history and its newest page: no provider needs more for a first page. */
const NECESSARY_CALLS = 2;
const PROCESSES = 3;

/** The first page that a new process is asked for, with an empty store. */
export const cold: BenchCase = {
  name: 'cold',
  title: `The first page of a new process over an empty store; each call to a provider takes ${DELAY_MS} ms`,
  prepare: async ({ isQuick }) => {
    const world = await openWorld({ messages: MESSAGES, weComReachDays: REACH_DAYS });
    const reference = await withMeasured(startGateway(world), ({ url }) => ask(url, nodesBody(100)));
    const measure = async (): Promise<Figures> => {
      const runs: Figures[] = [];
      for (let run = 0; run < (isQuick ? 1 : PROCESSES); run++)
        runs.push(await measureFirstPage(world, reference));
      const names = Object.keys(runs[0] ?? {});
      return Object.fromEntries(
        names.map((name) => [name, medianOf(runs.flatMap((figures) => figures[name] ?? []))]),
      );
    };
    const does = `asked as soon as it says that it is ready; the median of ${PROCESSES} processes a round`;
    return { variants: new Map([['ours', { does, measure }]]), close: () => world.close() };
  },
};

async function measureFirstPage(world: World, reference: Asked): Promise<Figures> {
  const { all } = world.sandboxes;
  for (const { server } of all) server.knobs.delayMs = DELAY_MS;
  try {
    return await withMeasured(startGateway(world), async ({ url, cpuMs }) => {
      const askedAt = Date.now();
      const cpuBefore = cpuMs();
      const beganAt = performance.now();
      const asked = await ask(url, nodesBody(100));
      const elapsedMs = performance.now() - beganAt;
      expectSameNodes(asked, reference);
      const chains = all.map(({ channel, server }): [string, number] => {
        const arrivals = server.calls.map(({ at }) => at).filter((at) => at >= askedAt);
        return [`longest chain of calls, ${channel}`, longestChain(arrivals, DELAY_MS)];
      });
      const chain = Math.max(...chains.map(([, length]) => length));
      return {
        'first page, ms': elapsedMs,
        'first page, CPU ms': cpuMs() - cpuBefore,
        ...Object.fromEntries(chains),
        'time against the longest': elapsedMs / (chain * DELAY_MS),
        [`time against a chain of ${NECESSARY_CALLS}`]: elapsedMs / (NECESSARY_CALLS * DELAY_MS),
      };
    });
  } finally {
    for (const { server } of all) server.knobs.delayMs = 0;
  }
}
