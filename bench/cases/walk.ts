import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { expectEqual, toRequest } from '../graphql.ts';
import { connect, post } from '../load.ts';
import { startMeasured, withMeasured, type MeasuredProcess } from '../measured-process.ts';
import { nodesBody, pageOf, walkAll } from '../pages.ts';
import { medianOf } from '../statistics.ts';
import { openWorld } from '../world.ts';

const MESSAGES = { full: 5_000, quick: 300 };
const PAGE = 100;
/** The first page costs more, since it opens the walk. */
const SKIPPED = 1;
/** So many pages are looked at together, since a single one may be held up by anything. */
const TOGETHER = 10;

const END_OF_PAGE = /^"pageInfo":\{"hasNextPage":(true|false),"endCursor":(?:null|"([^"]*)")/;

/** The whole history, page by page, as a client reads it that waits for each page. */
export const walk: BenchCase = {
  name: 'walk',
  title: `A walk over the whole history, ${PAGE} messages a page, which was read before`,
  prepare: async ({ isQuick }) => {
    const messages = MESSAGES[isQuick ? 'quick' : 'full'];
    const world = await openWorld({ messages });
    const reference = await withMeasured(startGateway(world), ({ url }) => readAll(url));
    if (reference.length !== 4 * messages) throw new Error(`There are ${reference.length} messages`);
    world.rest.page = reference;
    const variants = new Map([
      [
        'ours',
        {
          does: 'finds the place of each cursor in four histories, and merges from there',
          measure: () => withMeasured(startGateway(world), (measured) => measureWalk(measured, reference)),
        },
      ],
      [
        'raw, memory',
        {
          does: 'node:http without GraphQL; slices an array that is merged already, by the places that its cursors are',
          measure: () =>
            withMeasured(startMeasured(['bench/raw/walk.ts', world.rest.url]), (measured) =>
              measureWalk(measured, reference),
            ),
        },
      ],
    ]);
    return { variants, close: () => world.close() };
  },
};

async function readAll(url: string): Promise<unknown[]> {
  const nodes: unknown[] = [];
  await walkAll(url, {
    first: 1_000,
    onPage: (asked) => {
      nodes.push(...pageOf(asked).nodes);
    },
  });
  return nodes;
}

/** One walk to compare, one to warm up, and one to measure. */
async function measureWalk({ url, cpuMs }: MeasuredProcess, reference: readonly unknown[]): Promise<Figures> {
  expectEqual(await readAll(url), reference, 'messages');
  await timePages(url);
  const cpuBefore = cpuMs();
  const beganAt = performance.now();
  const times = await timePages(url);
  const elapsedMs = performance.now() - beganAt;
  const early = medianOf(times.slice(SKIPPED, SKIPPED + TOGETHER));
  const late = medianOf(times.slice(-TOGETHER - 1, -1));
  return {
    'messages/s': (reference.length / elapsedMs) * 1000,
    'CPU ms a page': (cpuMs() - cpuBefore) / times.length,
    [`pages 2 to ${TOGETHER + 1}, ms`]: early,
    'last pages, ms': late,
    'last pages against page 2': late / early,
  };
}

/** The cursor is found without parsing the page, which would take longer than a raw loop takes to make it. */
async function timePages(url: string): Promise<number[]> {
  const times: number[] = [];
  const client = connect(url);
  try {
    for (let after: string | null = null; ;) {
      const askedAt = performance.now();
      const answer = await post(client, toRequest(url, nodesBody(PAGE, after))());
      times.push(performance.now() - askedAt);
      const text = answer.toString('latin1');
      const end = END_OF_PAGE.exec(text.slice(text.lastIndexOf('"pageInfo"')));
      if (!end) throw new Error(`A page has no end: ${text.slice(0, 1_000)}`);
      if (end[1] === 'false') return times;
      after = end[2] ?? null;
    }
  } finally {
    await client.destroy();
  }
}
