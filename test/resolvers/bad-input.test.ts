import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { askPage, fetchPage, type PageVariables } from '../support/walk-timeline.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 30 });
});
afterAll(() => world.close());

async function refusalOf(variables: PageVariables): Promise<{ code: unknown; message: string | undefined }> {
  const { status, data, errors } = await askPage(world.url, variables);
  expect(status).toBe(200);
  expect(data).toEqual({ messages: null });
  expect(errors).toHaveLength(1);
  return { code: errors[0]?.extensions['code'], message: errors[0]?.message };
}

test.each<[string, PageVariables, string]>([
  [
    'a page above the maximum',
    { first: 1001 },
    '"first" may be at most 1000; it was 1001. Page on with cursors.',
  ],
  ['a negative page', { first: -1 }, '"first" must not be negative; it was -1.'],
  [
    'first with last',
    { first: 1, last: 1 },
    '"first" and "last" cannot be used together: "first" pages forward, "last" backward.',
  ],
  [
    'an unknown channel',
    { filter: { channels: ['shop', 'nowhere'] } },
    'There is no channel "nowhere"; query "channels" for their names.',
  ],
  [
    'an id of nothing',
    { filter: { conversationId: 'x' } },
    '"conversationId" is not the id of a conversation; use ids as they were returned.',
  ],
  [
    'an id of nobody',
    { filter: { participantId: '' } },
    '"participantId" is not the id of a participant; use ids as they were returned.',
  ],
  [
    'a search without a word',
    { filter: { search: '!? 。' } },
    'search has no word to look for: give it letters, digits or emoji.',
  ],
  ['a long search', { filter: { search: 'a'.repeat(257) } }, 'search may have 256 characters.'],
  [
    'a search of many words',
    { filter: { search: Array.from({ length: 33 }, (_, index) => `w${index}`).join(' ') } },
    'search may have 32 words; it had 33.',
  ],
])('%s is refused, saying why', async (_, variables, message) => {
  expect(await refusalOf(variables)).toEqual({ code: 'BAD_USER_INPUT', message });
});

test.each([
  [
    'messages',
    '{ messages(first: $size) { nodes { id conversation { messages(first: 900) { nodes { id } } } } } }',
    1000,
  ],
  ['messages, backward', '{ messages(last: $size) { nodes { id } } }', 1000],
  ['a channel', '{ channel(name: "shop") { messages(first: $size) { nodes { id } } } }', 1000],
  ['sessions', '{ customerServiceSessions(first: $size) { nodes { startedAt } } }', 1000],
  ['rows', '{ messageRows(first: $size) { nodes { id } } }', 10_000],
])(
  'a page far above the maximum is a mistake in the input, not a matter of cost: %s',
  async (_, query, most) => {
    for (const size of [most + 1, 50_000, 2_000_000_000]) {
      for (const [text, variables] of [
        [query.replace('$size', String(size)), {}],
        [`query Q($size: Int!) ${query}`, { size }],
      ] as const) {
        const { errors } = await world.query(text, variables);
        expect(errors.map(({ message, extensions }) => ({ message, code: extensions['code'] }))).toEqual([
          {
            code: 'BAD_USER_INPUT',
            message: expect.stringMatching(
              `may be at most ${most}; it was ${size}. Page on with cursors.$`,
            ) as string,
          },
        ]);
      }
    }
  },
);

test('the id of one thing is not taken for that of another', async () => {
  const { edges } = await fetchPage(world.url, { first: 1 });
  const id = edges[0]?.node.id ?? '';
  expect(await refusalOf({ filter: { participantId: id } })).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('a cursor changed by any bit of it, cut, or of another filter or order is BAD_CURSOR', async () => {
  const cursor = (await fetchPage(world.url, { first: 3 })).pageInfo.endCursor ?? '';
  const bytes = Buffer.from(cursor, 'base64url');
  const changes = Array.from({ length: 12 }, (_, index) => {
    const changed = Buffer.from(bytes);
    const at = Math.floor((index * bytes.length) / 12);
    changed[at] = (changed[at] ?? 0) ^ (1 << (index % 8));
    return changed.toString('base64url');
  });
  for (const after of [
    ...changes,
    cursor.slice(0, -1),
    cursor.slice(0, 30),
    `${cursor}A`,
    'x',
    '${__cursor}',
  ]) {
    expect(await refusalOf({ first: 3, after })).toMatchObject({ code: 'BAD_CURSOR' });
  }
  expect(await refusalOf({ first: 3, after: cursor, filter: { kinds: ['TEXT'] } })).toMatchObject({
    code: 'BAD_CURSOR',
  });
  expect(await refusalOf({ first: 3, after: cursor, direction: 'ASC' })).toMatchObject({
    code: 'BAD_CURSOR',
  });
});

test('an empty cursor is none', async () => {
  const plain = await fetchPage(world.url, { first: 3 });
  const empty = await fetchPage(world.url, { first: 3, after: '' });
  expect(empty.edges.map(({ node }) => node)).toEqual(plain.edges.map(({ node }) => node));
});

test('an empty history is an empty connection', async () => {
  const page = await fetchPage(world.url, { first: 3, filter: { sentAt: { lt: '2001-01-01T00:00:00Z' } } });
  expect(page.edges).toEqual([]);
  expect(page.pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

test.each([
  ['{ messages(first: 1.5) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ messages(filter: { sentAt: { gte: "yesterday" } }) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ messages { nope } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ messages {', 'GRAPHQL_PARSE_FAILED'],
])('%s is refused with 400', async (query, code) => {
  const { status, errors } = await world.query(query);
  expect(status).toBe(400);
  expect(errors[0]?.extensions).toEqual({ code });
});

test.each([
  ['JSON that is none', 'application/json', '{bad', 400],
  ['a body that is not JSON', 'text/html', '<html>', 415],
  ['a body that is too long', 'application/json', JSON.stringify({ query: ' '.repeat(1024 * 1024) }), 413],
])('%s is refused in the shape of GraphQL', async (_, type, body, status) => {
  const response = await fetch(world.url, { method: 'POST', headers: { 'content-type': type }, body });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
});
