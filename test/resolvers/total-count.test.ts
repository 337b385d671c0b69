import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scope } from '../../src/access/caller.ts';
import { makeKey, type TestKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { callsOf, openKeptWorld } from '../support/kept-world.ts';
import { runs } from '../support/runs.ts';
import { completeSince, settledSince } from '../support/settled-walk.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 12 * DAY_MS;

const ALL: Scope[] = ['messages:read', 'participants:read', 'messages:secrets', 'export'];
const all = makeKey('all', ALL);
const shopOnly = makeKey('shop-only', ALL, ['shop']);
const masked = makeKey('masked', ['messages:read']);

const PAGE = `query (
  $filter: MessageFilter, $readFrom: ReadFrom, $after: String, $first: Int, $direction: OrderDirection! = DESC
) {
  messages(filter: $filter, readFrom: $readFrom, after: $after, first: $first, orderBy: { direction: $direction }) {
    totalCount
    nodes { id channel { name } conversation { id } sender { id role } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Node {
  id: string;
  conversation: { id: string };
  sender: { id: string };
}
interface Page {
  totalCount: number | null;
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
type Variables = Record<string, unknown>;

let world: GatewayWorld;
let settled: { gte: string; lt: string };
let some: Node[];
beforeAll(async () => {
  world = await openKeptWorld(SINCE, { messages: 60 });
  settled = settledSince(await completeSince(world.url));
  world.gateway.authenticator.replace({ apiKeys: [all.entry, shopOnly.entry, masked.entry] });
  some = (await walk({ filter: { sentAt: settled } })).nodes;
});
afterAll(() => world.close());

async function fetchPage(variables: Variables, key: TestKey = all): Promise<Page> {
  const { data, errors } = await world.query(PAGE, variables, key.headers);
  expect(errors).toEqual([]);
  return data?.['messages'] as Page;
}

async function countOf(variables: Variables, key?: TestKey): Promise<number | null> {
  return (await fetchPage({ first: 0, ...variables }, key)).totalCount;
}

/** All pages, and what each of them has counted. */
async function walk(variables: Variables): Promise<{ nodes: Node[]; counts: (number | null)[] }> {
  const nodes: Node[] = [];
  const counts: (number | null)[] = [];
  for (let after: string | null = null; ;) {
    const page = await fetchPage({ first: 70, ...variables, after });
    nodes.push(...page.nodes);
    counts.push(page.totalCount);
    if (!page.pageInfo.hasNextPage) return { nodes, counts };
    after = page.pageInfo.endCursor;
  }
}

test('where archives have all of the range, each page tells how many messages the list has, without a call', async () => {
  const moment = fc.integer({ min: Date.parse(settled.gte), max: Date.parse(settled.lt) });
  const pick = fc.integer({ min: 0, max: some.length - 1 });
  const either = <T>(...values: T[]): fc.Arbitrary<T | null> => fc.constantFrom(null, ...values);
  const filter = fc.record({
    span: fc.tuple(moment, moment),
    channels: either(['shop'], ['corp', 'whatsapp'], []),
    directions: either(['INBOUND'], ['OUTBOUND', 'INTERNAL']),
    kinds: either(['TEXT'], ['IMAGE', 'TEXT', 'FILE']),
    conversationKinds: either(['DIRECT'], ['GROUP']),
    conversation: either('own'),
    participant: either('own'),
    of: pick,
  });
  await fc.assert(
    fc.asyncProperty(
      filter,
      fc.constantFrom('LIVE', 'ARCHIVE'),
      fc.constantFrom('ASC', 'DESC'),
      async ({ span: [one, other], conversation, participant, of, ...rest }, readFrom, direction) => {
        const node = some[of];
        const sentAt = {
          gte: new Date(Math.min(one, other)).toISOString(),
          lt: new Date(Math.max(one, other)).toISOString(),
        };
        const selected = {
          ...rest,
          sentAt,
          ...(conversation ? { conversationId: node?.conversation.id } : {}),
          ...(participant ? { participantId: node?.sender.id } : {}),
        };
        const before = callsOf(world);
        const { nodes, counts } = await walk({ filter: selected, readFrom, direction });
        expect(counts).toEqual(counts.map(() => nodes.length));
        expect(callsOf(world)).toBe(before);
      },
    ),
    { numRuns: runs(60) },
  );
});

test('only what is kept is counted where only that is listed, complete or not', async () => {
  const { nodes, counts } = await walk({ readFrom: 'ARCHIVE' });
  expect(nodes.length).toBeGreaterThan(some.length);
  expect(counts).toEqual(counts.map(() => nodes.length));
});

test.each<[string, () => Variables]>([
  ['a part has not settled', () => ({ filter: { sentAt: { gte: settled.gte } } })],
  ['the range is open', () => ({})],
  ['texts are searched', () => ({ filter: { sentAt: settled, search: 'the' }, readFrom: 'ARCHIVE' })],
  ['texts are compared', () => ({ filter: { sentAt: settled, textContains: 'e' }, readFrom: 'ARCHIVE' })],
])('where %s, the number is not known', async (_, toVariables) => {
  const variables = toVariables();
  for (const key of [all, masked]) expect(await countOf(variables, key)).toBeNull();
});

test('with a channel that has no archive the number is not known', async () => {
  const bare = await createGatewayWorld({ messages: 5 });
  try {
    for (const readFrom of ['LIVE', 'ARCHIVE']) {
      const { data, errors } = await bare.query(PAGE, { readFrom, filter: { sentAt: settled } });
      expect(errors).toEqual([]);
      expect(data?.['messages']).toMatchObject({ totalCount: null });
    }
  } finally {
    await bare.close();
  }
});

test('a caller counts the messages of its channels, and nothing of others', async () => {
  const variables = { filter: { sentAt: settled }, readFrom: 'ARCHIVE' };
  const shops = await countOf({ ...variables, filter: { sentAt: settled, channels: ['shop'] } });
  expect(shops).toBeGreaterThan(0);
  expect(await countOf(variables, shopOnly)).toBe(shops);
  expect(await countOf(variables, all)).toBe(some.length);
  const { data } = await world.query(
    '{ messages(first: 1, readFrom: ARCHIVE, filter: { channels: ["corp"] }) { nodes { conversation { id } sender { id } } } }',
    {},
    all.headers,
  );
  const [{ conversation, sender }] = (data?.['messages'] as { nodes: [Node] }).nodes;
  for (const filter of [{ conversationId: conversation.id }, { participantId: sender.id }]) {
    expect(await countOf({ readFrom: 'ARCHIVE', filter }, all)).toBeGreaterThan(0);
    for (const readFrom of ['LIVE', 'ARCHIVE']) expect(await countOf({ readFrom, filter }, shopOnly)).toBe(0);
  }
});
