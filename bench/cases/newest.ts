import type { BenchCase } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { ask, expectSameNodes, toRequest } from '../graphql.ts';
import { runLoad } from '../load.ts';
import { withMeasured } from '../measured-process.ts';
import { nodesBody, walkAll } from '../pages.ts';
import { openWorld } from '../world.ts';

const CONNECTIONS = 16;
const MESSAGES = { full: 5_000, quick: 100 };
const MILLISECONDS = { full: 10_000, quick: 500 };

/** The page that every reader begins with, over a history that was read before. */
export const newest: BenchCase = {
  name: 'newest',
  title: `The newest page, asked as fast as ${CONNECTIONS} connections can for ${MILLISECONDS.full / 1000} s`,
  prepare: async ({ isQuick }) => {
    const size = isQuick ? 'quick' : 'full';
    const world = await openWorld({ messages: MESSAGES[size], hasDefaultLimits: true });
    const measure = (): Promise<Record<string, number>> =>
      withMeasured(startGateway(world), async ({ url }) => {
        await walkAll(url, { first: 1_000 });
        const body = nodesBody(100);
        const reference = await ask(url, body);
        const before = world.calls();
        const { rate, p50, p99 } = await runLoad({
          url,
          connections: CONNECTIONS,
          count: Infinity,
          signal: AbortSignal.timeout(MILLISECONDS[size]),
          requestAt: toRequest(url, body),
        });
        const calls = world.calls() - before;
        expectSameNodes(await ask(url, body), reference);
        return { 'upstream calls': calls, 'requests/s': rate, 'p50 ms': p50, 'p99 ms': p99 };
      });
    const does =
      'nothing changes meanwhile; how old an answer may be, and how often a provider is called, is as configured by default';
    return { variants: new Map([['ours', { does, measure }]]), close: () => world.close() };
  },
};
