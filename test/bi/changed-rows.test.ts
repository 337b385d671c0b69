import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRecord } from '../../src/archive/parse-record.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { archiveAccountOf } from '../../src/archive/archive-names.ts';
import { createPage } from '../support/archive-page.ts';
import { createGatewayWorld, type GraphQLResult, type GatewayWorld } from '../support/gateway-world.ts';
import { callsOf, openKeptWorld } from '../support/kept-world.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 12 * DAY_MS;

const ROWS = `query (
  $archivedAfter: Float, $channel: String, $provider: String, $first: Int, $after: String, $readFrom: String, $kind: String,
  $since: DateTime, $conversationId: ID
) {
  messageRows(
    archivedAfter: $archivedAfter, channel: $channel, provider: $provider, first: $first, after: $after, readFrom: $readFrom,
    kind: $kind, since: $since, conversationId: $conversationId
  ) {
    edges { cursor }
    nodes { id channel provider text sentAt archivedSeq }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

interface Row {
  id: string;
  channel: string;
  provider: string;
  text: string | null;
  archivedSeq: number | null;
}
interface Page {
  edges: { cursor: string }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
}
type Variables = Record<string, unknown>;

let world: GatewayWorld;
beforeAll(async () => {
  world = await openKeptWorld(SINCE, { messages: 60 });
});
afterAll(() => world.close());

async function fetchPage(variables: Variables): Promise<Page> {
  const { data, errors } = await world.query(ROWS, variables);
  expect(errors).toEqual([]);
  return data?.['messageRows'] as Page;
}

/** All that is new, as a connector reads it. */
async function sync(archivedAfter: number, variables: Variables = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const { nodes, pageInfo } = await fetchPage({ first: 23, ...variables, archivedAfter, after });
    rows.push(...nodes);
    if (!pageInfo.hasNextPage) return rows;
    after = pageInfo.endCursor;
  }
}

async function keptIds(channel: string | null): Promise<unknown[]> {
  const range = { since: new Date(SINCE).toISOString(), first: 10_000, channel };
  return (await fetchPage({ ...range, readFrom: 'ARCHIVE' })).nodes.map(({ id }) => id);
}

const newestOf = (rows: readonly Row[]): number =>
  Math.max(...rows.map(({ archivedSeq }) => archivedSeq ?? NaN));

/** Another text under the same key. */
async function edit(channelName: string, text: string): Promise<void> {
  const channel = world.gateway.channels.get(channelName);
  const [name = ''] = channel?.archiveNames ?? [];
  const archive = world.stores.store.messageArchive(name, channel ? archiveAccountOf(channel) : '');
  const span = { since: 0, until: Date.now() };
  const [entry] = await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 1 });
  const message = parseRecord(entry?.record ?? '');
  const entries = [toEntry({ ...message, text })];
  await archive.keep(createPage({ entries, readAt: Date.now() }));
}

test('a sync reads all that is kept, the next one only what has changed since, without a call', async () => {
  const calls = callsOf(world);
  const all = await sync(0);
  expect(all.length).toBeGreaterThan(100);
  expect(all.map(({ id }) => id).sort()).toEqual((await keptIds(null)).sort());
  const seqs = all.map(({ archivedSeq }) => archivedSeq ?? NaN);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));

  expect(await sync(newestOf(all))).toEqual([]);
  await edit('shop', 'edited once');
  const changed = await sync(newestOf(all));
  expect(changed).toEqual([
    {
      ...all.find(({ id }) => id === changed[0]?.id),
      text: 'edited once',
      archivedSeq: newestOf(changed),
    },
  ]);
  expect(newestOf(changed)).toBeGreaterThan(newestOf(all));
  expect(await sync(newestOf(changed))).toEqual([]);
  expect(callsOf(world)).toBe(calls);
});

test('a message that changes during a sync comes again behind the rest', async () => {
  const first = await fetchPage({ archivedAfter: 0, channel: 'whatsapp', first: 10 });
  await edit('whatsapp', 'edited meanwhile');
  const rest = await fetchPage({
    archivedAfter: 0,
    channel: 'whatsapp',
    first: 1_000,
    after: first.pageInfo.endCursor,
  });
  expect(rest.nodes.at(-1)).toMatchObject({ text: 'edited meanwhile' });
  expect(rest.pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: true,
    endCursor: rest.edges.at(-1)?.cursor,
  });
  const ids = new Set([...first.nodes, ...rest.nodes].map(({ id }) => id));
  expect([...ids].sort()).toEqual((await keptIds('whatsapp')).sort());
});

const recipes = [...readFileSync('docs/bi.md', 'utf8').matchAll(/QUERY = """([^"]+)"""/g)].map(
  ([, query = '']) => query,
);

test('there are recipes', () => {
  expect(recipes).toHaveLength(2);
});

test.each(recipes.map((query, index) => ({ query, index })))(
  'the query of recipe $index reads what is new, page by page',
  async ({ query }) => {
    const all = await sync(0);
    const half = Math.floor(all.length / 2);
    const [middle] = all.slice(half);
    const ids: unknown[] = [];
    for (let after: string | null = null; ;) {
      const variables = { archivedAfter: middle?.archivedSeq, after };
      const { data, errors } = await world.query(query.replace('1000', '20'), variables);
      expect(errors).toEqual([]);
      const { nodes, pageInfo } = data?.['messageRows'] as Page;
      ids.push(...nodes.map(({ id }) => id));
      // One recipe looks at the one, the other at the other.
      const goesOn = query.includes('hasNextPage') ? pageInfo.hasNextPage : pageInfo.endCursor !== null;
      if (!goesOn) break;
      // Meltano's SDK takes a cursor that comes twice for an endless loop.
      expect(pageInfo.endCursor).not.toBe(after);
      after = pageInfo.endCursor;
    }
    expect(ids).toEqual(all.slice(half + 1).map(({ id }) => id));
  },
);

test('it goes by channel and by provider', async () => {
  const all = await sync(0);
  expect(await sync(0, { channel: 'corp' })).toEqual(all.filter(({ channel }) => channel === 'corp'));
  expect(await sync(0, { provider: 'WECHAT', readFrom: 'ARCHIVE' })).toEqual(
    all.filter(({ provider }) => provider === 'WECHAT'),
  );
});

test('rows that were read otherwise have no number', async () => {
  const { nodes } = await fetchPage({ channel: 'shop', first: 5 });
  expect(nodes.map(({ archivedSeq }) => archivedSeq)).toEqual([null, null, null, null, null]);
});

const codeAndMessage = ({ status, errors }: GraphQLResult): unknown[] => [
  status,
  errors[0]?.extensions['code'],
  errors[0]?.message,
];

test.each<[string, Variables]>([
  ['kind', { kind: 'TEXT' }],
  ['since', { since: '2026-01-01T00:00:00Z' }],
  ['conversationId', { conversationId: 'x' }],
  ['readFrom: LIVE', { readFrom: 'LIVE' }],
])('%s is refused, saying what to do', async (name, variables) => {
  expect(codeAndMessage(await world.query(ROWS, { archivedAfter: 0, ...variables }))).toEqual([
    400,
    'BAD_USER_INPUT',
    `"${name}" does not go with "archivedAfter", which goes with "channel", "provider", "first" and "after": filter the rows that you have read.`,
  ]);
});

test.each([-1, 0.1, 1.5, 2 ** 53, 1e300, -1e300])('%s is no number that a row has', async (archivedAfter) => {
  expect(codeAndMessage(await world.query(ROWS, { archivedAfter }))).toEqual([
    400,
    'BAD_USER_INPUT',
    '"archivedAfter" is the "archivedSeq" of a row, or 0.',
  ]);
});

test('a cursor is good for its own list only', async () => {
  const { pageInfo } = await fetchPage({ archivedAfter: 0, first: 2 });
  const after = pageInfo.endCursor;
  for (const other of [{ archivedAfter: 1 }, { archivedAfter: 0, channel: 'shop' }, {}]) {
    const answer = await world.query(ROWS, { ...other, after });
    expect([answer.status, answer.errors[0]?.extensions['code']]).toEqual([400, 'BAD_CURSOR']);
  }
});

test('a channel without an archive is an error, as is one that is not there', async () => {
  const bare = await createGatewayWorld({
    messages: 5,
    channels: ({ channels }) => channels.filter(({ name }) => name === 'shop'),
  });
  try {
    expect(codeAndMessage(await bare.query(ROWS, { archivedAfter: 0 }))).toEqual([
      400,
      'BAD_USER_INPUT',
      'No archive is kept of shop: name a "channel" that has one.',
    ]);
    expect(codeAndMessage(await bare.query(ROWS, { archivedAfter: 0, channel: 'nowhere' }))).toEqual([
      400,
      'BAD_USER_INPUT',
      'There is no channel "nowhere"; query "channels" for their names.',
    ]);
  } finally {
    await bare.close();
  }
});
