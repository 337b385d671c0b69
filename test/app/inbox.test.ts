import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { toArray } from '../support/to-array.ts';
import { toEntries } from '../../src/audit/entry.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 15 * DAY_MS;
const ALL = ['shop', 'corp', 'broadcast', 'whatsapp'];

const whole = makeKey('whole', ['messages:read', 'participants:read', 'messages:secrets']);
const masked = makeKey('masked', ['messages:read']);
const ofShop = makeKey('of-shop', ['messages:read', 'participants:read'], ['shop']);
const keys = [whole, masked, ofShop];

let world: GatewayWorld;
/** The same, but that one of the channels has no archive. */
let partly: GatewayWorld;
beforeAll(async () => {
  const since = new Date(SINCE).toISOString();
  const auth = { apiKeys: keys.map(({ entry }) => entry) };
  const options = { from: SINCE, messages: 60, weComReachDays: 30, auth };
  world = await createGatewayWorld({
    ...options,
    channels: ({ channels }) => channels.map((channel) => ({ ...channel, archive: { since } })),
  });
  partly = await createGatewayWorld({
    ...options,
    channels: ({ channels }) =>
      channels.map((channel) => ({
        ...channel,
        ...(channel['name'] === 'corp' ? {} : { archive: { since } }),
      })),
  });
  world.gateway.live.keepUp();
  await waitUntil(async () => {
    const states = [...world.gateway.channels.values()].flatMap((channel) => channel.archiveState?.() ?? []);
    return (await Promise.all(states)).every(({ gaps }) => gaps.length === 0);
  });
}, 60_000);
afterAll(async () => {
  await world.close();
  await partly.close();
});

interface Shown {
  id: string;
  title: string | null;
  nativeId: string | null;
  channel: { name: string };
  lastMessageAt: string | null;
  firstMessageAt: string | null;
  messageCount: number | null;
  awaitingReply: object | null;
  lastMessage: { id: string; sentAt: string; conversation: { id: string } } | null;
}
interface Page {
  nodes: Shown[];
  edges: { cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  sources: object[];
}

const FIGURES = `id title nativeId channel { name } lastMessageAt firstMessageAt messageCount
  awaitingReply { since messages isAtLeast } lastMessage { id sentAt conversation { id } }`;
const LIST = `query Inbox($filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int, $after: String) {
  conversations(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    edges { cursor } nodes { ${FIGURES} } pageInfo { hasNextPage endCursor }
    sources { channel { name } state reason errorCode servedFrom upstreamCalls }
  }
}`;

async function list(
  variables: Record<string, unknown> = {},
  { headers } = whole,
  of: GatewayWorld = world,
): Promise<Page> {
  const { data, errors } = await of.query(LIST, { first: 100, ...variables }, headers);
  expect(errors).toEqual([]);
  return data?.['conversations'] as Page;
}

test('the conversations of four providers stand in one list, without a call to any', async () => {
  const { nodes, sources } = await list();
  expect(new Set(nodes.map(({ channel }) => channel.name))).toEqual(new Set(ALL));
  const times = nodes.map(({ lastMessageAt }) => lastMessageAt ?? '');
  expect(times).toEqual(times.toSorted().reverse());
  for (const { id, lastMessage, lastMessageAt } of nodes)
    expect(lastMessage).toMatchObject({ sentAt: lastMessageAt, conversation: { id } });
  expect(sources).toEqual(
    ALL.map((name) => ({
      channel: { name },
      state: 'OK',
      reason: null,
      errorCode: null,
      servedFrom: 'ARCHIVE',
      upstreamCalls: 0,
    })),
  );
});

test('a channel without an archive says so, and what is kept of its conversations is null', async () => {
  const { sources, nodes } = await list({}, whole, partly);
  expect(nodes.map(({ channel }) => channel.name)).not.toContain('corp');
  expect(sources[1]).toEqual({
    channel: { name: 'corp' },
    state: 'PARTIAL',
    reason: 'NOT_ARCHIVED',
    errorCode: null,
    servedFrom: null,
    upstreamCalls: 0,
  });
  const { data, errors } = await partly.query(
    `{ messages(first: 1, filter: { channels: ["corp"] }) {
      nodes { conversation { lastMessage { id } lastMessageAt firstMessageAt messageCount awaitingReply { since } }
        sender { firstSeenAt lastSeenAt messageCount conversations { nodes { id } sources { reason } } } }
    } }`,
    {},
    whole.headers,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    messages: {
      nodes: [
        {
          conversation: {
            lastMessage: null,
            lastMessageAt: null,
            firstMessageAt: null,
            messageCount: null,
            awaitingReply: null,
          },
          sender: {
            firstSeenAt: null,
            lastSeenAt: null,
            messageCount: null,
            conversations: { nodes: [], sources: [{ reason: 'NOT_ARCHIVED' }] },
          },
        },
      ],
    },
  });
});

test('a conversation tells the same wherever it is reached from', async () => {
  const { nodes } = await list({ first: 3 });
  const ids = nodes.map(({ id }) => id);
  const representations = ids.map((id) => ({ __typename: 'Conversation', id }));
  const { data, errors } = await world.query(
    `query Reach($ids: [ID!]!, $id: ID!, $representations: [_Any!]!) {
      nodes(ids: $ids) { ... on Conversation { ${FIGURES} } }
      node(id: $id) { ... on Conversation { ${FIGURES} } }
      _entities(representations: $representations) { ... on Conversation { ${FIGURES} } }
    }`,
    { ids, id: ids[0], representations },
    whole.headers,
  );
  expect(errors).toEqual([]);
  // Its title is told by messages only.
  const untitled = (shown: unknown): unknown => ({ ...(shown as Shown), title: null });
  const expected = nodes.map(untitled);
  expect((data?.['nodes'] as unknown[]).map(untitled)).toEqual(expected);
  expect((data?.['_entities'] as unknown[]).map(untitled)).toEqual(expected);
  expect(untitled(data?.['node'])).toEqual(expected[0]);
  const fromMessage = await world.query(
    `query FromMessage($id: ID!) { node(id: $id) { ... on Message { conversation { ${FIGURES} } } } }`,
    { id: nodes[0]?.lastMessage?.id },
    whole.headers,
  );
  expect(fromMessage.data).toEqual({ node: { conversation: nodes[0] } });
});

test('a participant has its conversations, and a conversation its participants', async () => {
  const { data, errors } = await world.query(
    `{ participants(first: 4, filter: { channels: ["whatsapp"], roles: [CUSTOMER] }) {
      nodes { id role messageCount conversations(first: 100) { nodes { id } } }
    } }`,
    {},
    whole.headers,
  );
  expect(errors).toEqual([]);
  const { nodes } = data?.['participants'] as {
    nodes: { id: string; role: string; messageCount: number; conversations: { nodes: { id: string }[] } }[];
  };
  expect(nodes.map(({ role }) => role)).toEqual(nodes.map(() => 'CUSTOMER'));
  for (const { id, conversations } of nodes) {
    const listed = await list({ filter: { participantId: id } });
    expect(conversations.nodes.map((one) => one.id)).toEqual(listed.nodes.map((one) => one.id));
    expect(listed.nodes.length).toBeGreaterThan(0);
    for (const { id: conversationId } of listed.nodes) {
      const members = await world.query(
        `query Members($conversationId: ID!) { participants(filter: { conversationId: $conversationId }) { nodes { id } } }`,
        { conversationId },
        whole.headers,
      );
      expect(JSON.stringify(members.data)).toContain(id);
    }
  }
});

test('who may not see participants sees masks, and the same figures', async () => {
  const [open, hidden] = [await list(), await list({}, masked)];
  const withoutPeople = ({ nodes }: Page): object[] =>
    nodes.map((shown) => ({ ...shown, title: null, nativeId: null }));
  expect(withoutPeople(hidden)).toEqual(withoutPeople(open));
  for (const [index, { title, nativeId }] of hidden.nodes.entries()) {
    for (const [shown, real] of [
      [title, open.nodes[index]?.title],
      [nativeId, open.nodes[index]?.nativeId],
    ]) {
      if (real === null) expect(shown).toBeNull();
      else expect(shown).toMatch(/^hidden-/);
    }
  }
  expect(open.nodes.some(({ title }) => title !== null)).toBe(true);
});

test('a key for one channel finds that one, and no other by any id or name', async () => {
  const all = await list();
  const own = await list({}, ofShop);
  expect(own.sources).toHaveLength(1);
  expect(own.nodes).toEqual(all.nodes.filter(({ channel }) => channel.name === 'shop'));
  const foreign = all.nodes.find(({ channel }) => channel.name === 'whatsapp');
  const ask = (query: string): ReturnType<GatewayWorld['query']> => world.query(query, {}, ofShop.headers);
  const { data } = await world.query(
    '{ participants(filter: { channels: ["whatsapp"] }) { nodes { id } } }',
    {},
    whole.headers,
  );
  const [person] = (data?.['participants'] as { nodes: { id: string }[] }).nodes;
  const nothing = { nodes: [], sources: [], pageInfo: { hasNextPage: false } };
  const rest = '{ nodes { id } sources { state } pageInfo { hasNextPage } }';
  expect(
    await ask(`{ conversations(filter: { participantId: "${person?.id ?? ''}" }) ${rest} }`),
  ).toMatchObject({ data: { conversations: nothing } });
  expect(
    await ask(`{ participants(filter: { conversationId: "${foreign?.id ?? ''}" }) ${rest} }`),
  ).toMatchObject({ data: { participants: nothing } });
  expect(await ask(`{ node(id: "${foreign?.id ?? ''}") { id } }`)).toMatchObject({ data: { node: null } });
  const refused = await ask(`{ conversations(filter: { channels: ["whatsapp"] }) ${rest} }`);
  const unknown = await ask(`{ conversations(filter: { channels: ["nowhere"] }) ${rest} }`);
  const texts = [refused, unknown].map(({ errors }) => JSON.stringify(errors));
  expect(texts[0]?.replaceAll('whatsapp', 'nowhere')).toBe(texts[1]);
});

test('a cursor belongs to its list, filter and order', async () => {
  const { edges, pageInfo } = await list({ first: 2 });
  const after = pageInfo.endCursor;
  expect((await list({ first: 2, after })).nodes).toEqual((await list({ first: 4 })).nodes.slice(2));
  for (const variables of [
    { after, filter: { channels: ['shop'] } },
    { after, filter: { isAwaitingReply: true } },
    { after, orderBy: { field: 'MESSAGES' } },
    { after, orderBy: { direction: 'ASC' } },
    { after: `${after ?? ''}x` },
  ]) {
    const { data, errors } = await world.query(LIST, variables, whole.headers);
    expect({ data, code: errors[0]?.extensions['code'] }).toEqual({
      data: { conversations: null },
      code: 'BAD_CURSOR',
    });
  }
  const others = await world.query(
    `query Others($after: String) { participants(after: $after) { nodes { id } } messages(after: $after) { nodes { id } } }`,
    { after: edges[0]?.cursor },
    whole.headers,
  );
  expect(others.errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_CURSOR', 'BAD_CURSOR']);
});

test('what is read is recorded: lists, and what is kept of the conversations of a page at once', async () => {
  const before = (await toArray(world.stores.store.audit.rows(1))).length;
  await list({ first: 5 });
  await world.query(
    `{ messages(first: 20, filter: { channels: ["shop"] }, readFrom: ARCHIVE) {
      nodes { conversation { messageCount lastMessage { text } } sender { lastSeenAt } }
    } }`,
    {},
    whole.headers,
  );
  const rows = await toArray(world.stores.store.audit.rows(1));
  const entries = rows.slice(before).flatMap(toEntries);
  const told = entries.map((entry) => [entry.caller, entry['field'], entry['channels'], entry['outcome']]);
  expect(told).toHaveLength(4);
  // Two of them do not wait for each other.
  expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(
    new Set(
      [
        ['Query.conversations', ALL],
        ['Query.messages', ['shop']],
        ['Conversation.lastMessage', ['shop']],
        ['Participant.messageCount', ['shop']],
      ].map(([field, channels]) => JSON.stringify(['whole', field, channels, 'OK'])),
    ),
  );
  expect(entries[0]?.['count']).toBe(5);
});
