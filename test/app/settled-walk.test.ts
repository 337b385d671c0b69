import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { areComplete, readArchives } from '../support/settled-walk.ts';
import { waitUntil } from '../support/wait-until.ts';

/** `npm run campaign:settled-walk` reads 100,000. */
const MESSAGES_EACH = Number(process.env['MESSAGES_EACH'] ?? 500);
const DAY_MS = 86_400_000;
const SINCE = Date.now() - 15 * DAY_MS;
const FILL_MS = 30_000 + MESSAGES_EACH * 20;
const settings = { secret: randomBytes(32).toString('base64'), limits: { maxPageSize: 1_000 } };

/** Both call the same providers. */
let plain: GatewayWorld;
let archived: GatewayWorld;
beforeAll(async () => {
  plain = await createGatewayWorld({ from: SINCE, messages: MESSAGES_EACH, weComReachDays: 30, settings });
  const since = new Date(SINCE).toISOString();
  archived = await createGatewayWorld({
    only: [],
    settings,
    channels: () => plain.sandbox.channels.map((channel) => ({ ...channel, archive: { since } })),
  });
  archived.gateway.live.keepUp();
  await waitUntil(() => areComplete(archived.url));
}, FILL_MS);
afterAll(async () => {
  await archived.close();
  await plain.close();
});

const PAGE = `query Page($span: DateTimeRange!, $after: String) {
  messages(filter: { sentAt: $span }, first: 1000, after: $after) {
    nodes { id sentAt }
    pageInfo { hasNextPage endCursor }
    sources { channel { name } upstreamCalls errorCode }
  }
}`;

interface Page {
  nodes: { id: string; sentAt: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  sources: { channel: { name: string }; upstreamCalls: number; errorCode: string | null }[];
}

interface Walked {
  nodes: Page['nodes'];
  /** By channel. */
  calls: Record<string, number>;
}

async function walk(url: string, span: { gte: string; lt?: string }): Promise<Walked> {
  const walked: Walked = { nodes: [], calls: {} };
  for (let after: string | null = null, hasMore = true; hasMore;) {
    const { data, errors } = await ask(url, PAGE, { span, after });
    expect(errors).toEqual([]);
    const { nodes, pageInfo, sources } = data?.['messages'] as Page;
    expect(sources.map(({ errorCode }) => errorCode)).toEqual(sources.map(() => null));
    walked.nodes.push(...nodes);
    for (const { channel, upstreamCalls } of sources)
      walked.calls[channel.name] = (walked.calls[channel.name] ?? 0) + upstreamCalls;
    ({ hasNextPage: hasMore, endCursor: after } = pageInfo);
  }
  return walked;
}

/** How many messages of a span the providers list. */
function countListed(since: number, until: number): number {
  const listed = plain.sandbox.all.flatMap((sandbox) => sandbox.listed());
  return listed.filter(({ sentAt }) => sentAt >= since && sentAt < until).length;
}

test(
  `a walk over settled history makes no call, and has all that the providers list`,
  async () => {
    const until = Date.now() - 2 * DAY_MS;
    const span = { gte: new Date(SINCE).toISOString(), lt: new Date(until).toISOString() };
    const { nodes, calls } = await walk(archived.url, span);
    expect(Object.values(calls)).toEqual([0, 0, 0, 0]);
    expect(nodes).toHaveLength(countListed(SINCE, until));
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    const times = nodes.map(({ sentAt }) => sentAt);
    expect(times).toEqual(times.toSorted().reverse());
    console.info(`${nodes.length} messages without a call`);
  },
  FILL_MS,
);

test(
  'a walk that begins at the newest message costs what the part that has not settled costs alone',
  async () => {
    const kept = await readArchives(archived.url);
    const edges = kept.flatMap(({ archive }) => archive?.coverage.at(-1)?.until ?? []);
    expect(edges).toHaveLength(4);
    const [edge = ''] = edges.sort();
    const head = await walk(plain.url, { gte: edge });
    const whole = await walk(archived.url, { gte: new Date(SINCE).toISOString() });
    expect(whole.nodes.length).toBeGreaterThan(head.nodes.length);
    expect(whole.nodes.slice(0, head.nodes.length)).toEqual(head.nodes);
    console.info('calls of the whole walk', whole.calls, 'and of its head alone', head.calls);
    for (const [name, count] of Object.entries(whole.calls))
      expect(count).toBeLessThanOrEqual(head.calls[name] ?? NaN);
  },
  FILL_MS,
);
