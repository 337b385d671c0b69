import type { BenchCase, Figures, Variant } from '../bench-case.ts';
import { GUARDED_HEADERS, startGateway } from '../gateway.ts';
import { ask, toRequest, type Asked } from '../graphql.ts';
import { runLoad, type Load } from '../load.ts';
import { measureQuery, type QueryLoad } from '../measure-query.ts';
import { withMeasured, type MeasuredProcess } from '../measured-process.ts';
import { edgesBody, nodesBody, pageOf, TYPENAME, walkAll, wholeBody } from '../pages.ts';
import { PEER_WORK, presentPeers, startPeer } from '../peers.ts';
import { openWorld, type World } from '../world.ts';

/** The measured pages begin after so many messages: the newest ones are no history yet. */
const SKIPPED = 50;
const LARGE_PAGE = 1_000;
/** Of the requests for a page of 100, so many are enough for one of 1,000. */
const LARGE_SHARE = 0.3;
const MB = 1_000_000;

interface Sizes {
  messages: number;
  connections: number;
  warmUp: number;
  count: number;
  leastSeconds: number;
  /** A small page that waits for large ones takes a while. */
  fairnessMs: number;
}

const FULL: Sizes = {
  messages: 5_000,
  connections: 16,
  warmUp: 600,
  count: 160,
  leastSeconds: 3,
  fairnessMs: 15_000,
};
const QUICK: Sizes = { messages: 300, connections: 3, warmUp: 2, count: 4, leastSeconds: 0, fairnessMs: 0 };

const PAGES = [
  { name: 'nodes 100', list: 'nodes', first: 100 },
  { name: 'edges 100', list: 'edges', first: 100 },
  { name: 'nodes 1000', list: 'nodes', first: LARGE_PAGE },
  { name: 'edges 1000', list: 'edges', first: LARGE_PAGE },
] as const;

/** A query that all variants answer. */
interface PageReference {
  name: (typeof PAGES)[number]['name'];
  first: number;
  asked: Asked;
  /** The page of whole messages from which peers make that answer. */
  whole: unknown;
}

interface References {
  pages: PageReference[];
  /** Pages of 1, 10 and 1,000 messages. */
  least: Asked;
  small: Asked;
  large: Asked;
}

/** What all measurements of the case share. */
interface Setup {
  world: World;
  references: References;
  sizes: Sizes;
}

/** Pages of history that the gateway has read before. */
export const warm: BenchCase = {
  name: 'warm',
  title: `Pages of history that were read before, over ${FULL.connections} connections`,
  prepare: async ({ isQuick }) => {
    const sizes = isQuick ? QUICK : FULL;
    const world = await openWorld({ messages: sizes.messages });
    const references = await withMeasured(startGateway(world), ({ url }) => askReferences(url, sizes));
    const setup = { world, references, sizes };
    const variants = new Map<string, Variant>([
      [
        'ours',
        {
          does: 'four providers merged; ids and cursors sealed, access checked, each read in the audit log on disk before its answer',
          measure: () => measureOurs(setup),
        },
      ],
      [
        'guarded',
        {
          does: 'the same with API keys, an encrypted store, and one request in ten traced',
          measure: () => measureGuarded(setup),
        },
      ],
    ]);
    for (const peer of presentPeers()) {
      const measure = (): Promise<Figures> =>
        withMeasured(startPeer(peer, world), (process) => measurePages(process, setup));
      variants.set(peer, { does: PEER_WORK[peer], measure });
    }
    return { variants, close: () => world.close() };
  },
};

async function askReferences(url: string, { messages }: Sizes): Promise<References> {
  const newest = await ask(url, nodesBody(SKIPPED));
  const count = await walkAll(url, { first: LARGE_PAGE });
  if (count !== 4 * messages) throw new Error(`There are ${count} messages`);
  const after = pageOf(newest).pageInfo.endCursor;
  const pages: PageReference[] = [];
  for (const { name, list, first } of PAGES) {
    const asked = await ask(url, list === 'nodes' ? nodesBody(first, after) : edgesBody(first, after));
    const { answer } = await ask(url, wholeBody(list, first, after));
    pages.push({ name, first, asked, whole: answer.data['messages'] });
  }
  return {
    pages,
    least: await ask(url, nodesBody(1, after)),
    small: await ask(url, nodesBody(10, after)),
    large: await ask(url, nodesBody(LARGE_PAGE, after)),
  };
}

function measureOurs(setup: Setup): Promise<Figures> {
  return withMeasured(startGateway(setup.world), async (process) => {
    await walkAll(process.url, { first: LARGE_PAGE });
    return {
      ...(await measurePages(process, setup)),
      ...(await measureFixedCost(process, setup)),
      ...(await measureFairness(process, setup)),
    };
  });
}

function measureGuarded(setup: Setup): Promise<Figures> {
  return withMeasured(startGateway(setup.world, { isGuarded: true }), async (process) => {
    await walkAll(process.url, { first: LARGE_PAGE, headers: GUARDED_HEADERS });
    return measurePages(process, setup, GUARDED_HEADERS);
  });
}

async function measurePages(
  process: MeasuredProcess,
  { world, references, sizes }: Setup,
  headers: Record<string, string> = {},
): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const { name, first, asked, whole } of references.pages) {
    world.rest.page = whole;
    const share = first === LARGE_PAGE ? LARGE_SHARE : 1;
    const report = await measureQuery(process, asked, toLoad(sizes, headers, share));
    figures[`${name}, requests/s`] = report.rate;
    figures[`${name}, CPU ms`] = report.cpuMs;
    figures[`${name}, p50 ms`] = report.p50;
    figures[`${name}, p99 ms`] = report.p99;
    figures[`${name}, load's core %`] = report.loadBusy * 100;
  }
  return { ...figures, 'peak memory, MB': process.peakBytes() / MB };
}

/** What a request costs whatever it asks for, and the least page. */
async function measureFixedCost(process: MeasuredProcess, { references, sizes }: Setup): Promise<Figures> {
  const load = toLoad(sizes, {}, 2);
  const fixed = await measureQuery(process, await ask(process.url, TYPENAME), load);
  const least = await measureQuery(process, references.least, load);
  return { '__typename, CPU ms': fixed.cpuMs, 'nodes 1, CPU ms': least.cpuMs };
}

/** A page of 10 alone, and while all other connections read pages of 1,000. */
async function measureFairness({ url }: MeasuredProcess, { references, sizes }: Setup): Promise<Figures> {
  const { connections, count, fairnessMs } = sizes;
  const loadOf = ({ body, answerBytes }: Asked): Omit<Load, 'connections' | 'count'> => ({
    url,
    requestAt: toRequest(url, body),
    answerBytes,
  });
  const small = { ...loadOf(references.small), connections: 1, count };
  const alone = await runLoad(small);
  const end = new AbortController();
  const others = runLoad({
    ...loadOf(references.large),
    connections: connections - 1,
    count: Infinity,
    signal: end.signal,
  });
  const beside = await runLoad({ ...small, signal: AbortSignal.timeout(fairnessMs) });
  end.abort();
  await others;
  return {
    'nodes 10 alone, p50 ms': alone.p50,
    'nodes 10 alone, p99 ms': alone.p99,
    'nodes 10 beside pages of 1000, p50 ms': beside.p50,
    'nodes 10 beside pages of 1000, p99 ms': beside.p99,
  };
}

function toLoad(
  { connections, warmUp, count, leastSeconds }: Sizes,
  headers: QueryLoad['headers'],
  share: number,
): QueryLoad {
  return {
    connections,
    warmUp: Math.ceil(warmUp * share),
    count: Math.ceil(count * share),
    leastSeconds,
    headers,
  };
}
