import type { BenchCase, CaseOptions, Figures, PreparedCase, Variant } from '../bench-case.ts';
import { GUARDED_HEADERS, startGateway } from '../gateway.ts';
import { ask, expectSame, toRequest, type Asked } from '../graphql.ts';
import { runLoad, type Load, type LoadReport } from '../load.ts';
import { withMeasured, type MeasuredProcess } from '../measured-process.ts';
import { edgesBody, nodesBody, pageOf, TYPENAME, walkAll } from '../pages.ts';
import { PEER_WORK, presentPeers, startPeer } from '../peers.ts';
import { openWorld, type World } from '../world.ts';

const CONNECTIONS = 16;
/** The measured pages begin after so many messages: what was sent in the last minutes is no history yet. */
const SKIPPED = 50;
/** A load that ends sooner is too short to tell. */
const LEAST_SECONDS = 3;
const LARGE_PAGE = 1_000;
/** A small page that waits for large ones takes a while. */
const FAIRNESS_MS = 15_000;
const MB = 1_000_000;

interface Sizes {
  messages: number;
  /** Requests of a page of 100 before it is measured, and at least so many measured ones. */
  warmUp: number;
  count: number;
  seconds: number;
}

const FULL: Sizes = { messages: 5_000, warmUp: 100, count: 160, seconds: LEAST_SECONDS };
const QUICK: Sizes = { messages: 300, warmUp: 2, count: 4, seconds: 0 };

/** The queries with the answers that everything else must give, too. */
type References = ReadonlyMap<string, Asked>;

const OURS = {
  does: 'four providers merged; ids and cursors sealed, access checked, each read in the audit log on disk before its answer',
  isGuarded: false,
};
const GUARDED = {
  does: 'the same with API keys, an encrypted store, and one request in ten traced',
  isGuarded: true,
};

/** Pages of history that the gateway has read before. */
export const warm: BenchCase = {
  name: 'warm',
  title: `Pages of history that were read before, over ${CONNECTIONS} connections`,
  prepare: async ({ isQuick }: CaseOptions): Promise<PreparedCase> => {
    const sizes = isQuick ? QUICK : FULL;
    const world = await openWorld({ messages: sizes.messages });
    const references = await withMeasured(startGateway(world), ({ url }) => askReferences(url, sizes));
    const variants = new Map<string, Variant>([
      ['ours', { does: OURS.does, measure: () => measureOurs(world, references, sizes, false) }],
      ['guarded', { does: GUARDED.does, measure: () => measureOurs(world, references, sizes, true) }],
    ]);
    for (const peer of presentPeers()) {
      variants.set(peer, {
        does: PEER_WORK[peer],
        measure: () =>
          withMeasured(startPeer(peer, world), async (process) => {
            const figures = await measurePages(process, references, sizes, {
              before: ({ answer }) => {
                world.rest.page = answer.data['messages'];
              },
            });
            return { ...figures, 'peak memory, MB': process.peakBytes() / MB };
          }),
      });
    }
    return { variants, close: () => world.close() };
  },
};

async function askReferences(url: string, { messages }: Sizes): Promise<References> {
  const first = await ask(url, nodesBody(SKIPPED));
  const count = await walkAll(url, { first: LARGE_PAGE });
  if (count !== 4 * messages) throw new Error(`There are ${count} messages`);
  const after = pageOf(first).pageInfo.endCursor;
  const bodies: [string, string][] = [
    ['nodes 100', nodesBody(100, after)],
    ['edges 100', edgesBody(100, after)],
    ['nodes 1000', nodesBody(LARGE_PAGE, after)],
    ['edges 1000', edgesBody(LARGE_PAGE, after)],
    ['nodes 1', nodesBody(1, after)],
    ['nodes 10', nodesBody(10, after)],
  ];
  const asked = await Promise.all(
    bodies.map(async ([name, body]): Promise<[string, Asked]> => [name, await ask(url, body)]),
  );
  return new Map(asked);
}

function measureOurs(
  world: World,
  references: References,
  sizes: Sizes,
  isGuarded: boolean,
): Promise<Figures> {
  const headers = isGuarded ? GUARDED_HEADERS : {};
  return withMeasured(startGateway(world, { isGuarded }), async (process) => {
    await walkAll(process.url, { first: LARGE_PAGE, headers });
    const pages = await measurePages(process, references, sizes, { headers });
    const peak = process.peakBytes() / MB;
    const fixed = await measureFixedCost(process, references, sizes, headers);
    const fairness = isGuarded ? {} : await measureFairness(process, references, sizes);
    return { ...pages, 'peak memory, MB': peak, ...fixed, ...fairness };
  });
}

interface PageOptions {
  headers?: Record<string, string>;
  /** Called with the reference before a query is asked. */
  before?: (reference: Asked) => void;
}

async function measurePages(
  process: MeasuredProcess,
  references: References,
  sizes: Sizes,
  { headers = {}, before }: PageOptions,
): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const [name, reference] of references) {
    const size = Number(name.split(' ')[1]);
    if (size < 100) continue;
    before?.(reference);
    const share = 100 / size;
    const { report, cpuMs } = await measureQuery(process, reference, headers, {
      warmUp: Math.ceil(sizes.warmUp * Math.max(share, 0.3)),
      count: Math.ceil(sizes.count * Math.max(share, 0.3)),
      seconds: sizes.seconds,
    });
    figures[`${name}, requests/s`] = report.rate;
    figures[`${name}, CPU ms`] = cpuMs;
    figures[`${name}, p50 ms`] = report.p50;
    figures[`${name}, p99 ms`] = report.p99;
    figures[`${name}, load's core %`] = report.loadBusy * 100;
  }
  return figures;
}

/** What a request costs whatever it asks for, and the least page. */
async function measureFixedCost(
  process: MeasuredProcess,
  references: References,
  sizes: Sizes,
  headers: Record<string, string>,
): Promise<Figures> {
  const one = get(references, 'nodes 1');
  const typename = await ask(process.url, TYPENAME, headers);
  const load = { warmUp: sizes.warmUp * 2, count: sizes.count, seconds: sizes.seconds };
  const fixed = await measureQuery(process, typename, headers, load);
  const least = await measureQuery(process, one, headers, load);
  return { '__typename, CPU ms': fixed.cpuMs, 'nodes 1, CPU ms': least.cpuMs };
}

/** A page of 10 by itself, and while all other connections read large ones. */
async function measureFairness(
  process: MeasuredProcess,
  references: References,
  { count, seconds }: Sizes,
): Promise<Figures> {
  const load = (reference: Asked): Pick<Load, 'url' | 'requestAt' | 'answerBytes'> => ({
    url: process.url,
    requestAt: toRequest(process.url, reference.body),
    answerBytes: reference.answerBytes,
  });
  const small = load(get(references, 'nodes 10'));
  const large = load(get(references, 'nodes 1000'));
  const alone = await runLoad({ ...small, connections: 1, count });
  const end = new AbortController();
  const others = runLoad({ ...large, connections: CONNECTIONS - 1, count: Infinity, signal: end.signal });
  const enough = AbortSignal.timeout(seconds === 0 ? 0 : FAIRNESS_MS);
  const beside = await runLoad({ ...small, connections: 1, count, signal: enough });
  end.abort();
  await others;
  return {
    'nodes 10 alone, p50 ms': alone.p50,
    'nodes 10 alone, p99 ms': alone.p99,
    'nodes 10 beside pages of 1000, p50 ms': beside.p50,
    'nodes 10 beside pages of 1000, p99 ms': beside.p99,
  };
}

interface QueryLoad {
  warmUp: number;
  count: number;
  seconds: number;
}

/** Compares the answer, warms up, and asks by count: so often that it takes the least time at the speed of the warm-up. */
async function measureQuery(
  { url, cpuMs }: MeasuredProcess,
  reference: Asked,
  headers: Record<string, string>,
  { warmUp, count, seconds }: QueryLoad,
): Promise<{ report: LoadReport; cpuMs: number }> {
  const asked = await ask(url, reference.body, headers);
  expectSame(asked, reference);
  const load = { url, connections: CONNECTIONS, requestAt: toRequest(url, reference.body, headers) };
  const { rate } = await runLoad({ ...load, count: warmUp });
  const measured = Math.max(count, Math.ceil(rate * seconds));
  const cpuBefore = cpuMs();
  const report = await runLoad({ ...load, count: measured, answerBytes: asked.answerBytes });
  return { report, cpuMs: (cpuMs() - cpuBefore) / measured };
}

function get(references: References, name: string): Asked {
  const reference = references.get(name);
  if (!reference) throw new Error(`There is no query "${name}"`);
  return reference;
}
