import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChannelsDocument, createClient, GatewayError, type GatewayClient } from '../../src/client/index.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
let client: GatewayClient;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 40 });
  client = createClient({ url: world.url });
});
afterAll(() => world.close());

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a page has the messages of all providers, each with its own fields', async () => {
  const { nodes, pageInfo, sources } = await client.messages({ first: 100 });
  expect(nodes).toHaveLength(100);
  expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  expect(sources.map(({ channel, state }) => [channel.name, state])).toEqual([
    ['shop', 'OK'],
    ['corp', 'OK'],
    ['broadcast', 'OK'],
    ['whatsapp', 'OK'],
  ]);
  const own = nodes.map((message) => {
    switch (message.__typename) {
      case 'WeChatMessage':
        return message.openId;
      case 'WeComMessage':
        return message.messageType;
      case 'TencentChatMessage':
        return message.officialAccount;
      case 'WhatsAppMessage':
        return message.counterpart;
    }
  });
  expect(own).not.toContain(undefined);
  expect(new Set(nodes.map(({ __typename }) => __typename)).size).toBe(4);
});

test("a conversation comes with its channel and a page of its messages, and nothing else's", async () => {
  const { nodes } = await client.messages({ first: 1, filter: { channels: ['whatsapp'] } });
  const id = nodes[0]?.conversation.id ?? '';
  const conversation = await client.conversation({ id, first: 3, orderBy: { direction: 'ASC' } });
  expect(conversation).toMatchObject({ __typename: 'Conversation', id, channel: { name: 'whatsapp' } });
  const page = conversation?.messages.nodes ?? [];
  expect(page.length).toBeGreaterThan(0);
  expect(new Set(page.map((message) => message.conversation.id))).toEqual(new Set([id]));
  expect(await client.conversation({ id: nodes[0]?.id ?? '' })).toBeNull();
});

test('a search finds the same messages as the filter, each with where the words are in its text', async () => {
  const { nodes } = await client.messages({ first: 100, filter: { search: '发票' } });
  const { edges, sources } = await client.searchMessages({ first: 100, filter: { search: '发票' } });
  expect(nodes.length).toBeGreaterThan(0);
  expect(edges.map(({ node }) => node)).toEqual(nodes);
  const found = edges.map(({ node, highlights }) =>
    highlights?.map(({ start, end }) => node.text?.slice(start, end)),
  );
  expect(found).toEqual(edges.map(() => ['发票']));
  const disclosed = sources.filter(({ reason }) => reason !== 'TEXT_NOT_DISCLOSED');
  expect(disclosed.map(({ endReason }) => endReason)).not.toContain(null);
  const [first] = edges;
  const rest = await client.searchMessages({ first: 100, after: first?.cursor, filter: { search: '发票' } });
  expect(rest.edges).toEqual(edges.slice(1));
  const unsearched = await client.searchMessages({ first: 1 });
  expect(unsearched.edges.map(({ highlights }) => highlights)).toEqual([null]);
});

test('what the client sends is there as a document', async () => {
  expect(ChannelsDocument.toString()).toContain('query Channels($providers: [Provider!])');
  const { channels } = await client.request(ChannelsDocument, { providers: ['WECOM'] });
  expect(channels).toEqual(await client.channels({ providers: ['WECOM'] }));
});

test('rows and figures are the same messages, flat', async () => {
  const { nodes } = await client.messageRows({ first: 1000 });
  const days = await client.messageStats({});
  expect(nodes.length).toBeGreaterThan(100);
  expect(days.reduce((sum, { messages }) => sum + messages, 0)).toBe(nodes.length);
  const [row] = nodes;
  expect(await client.node(row?.id ?? '')).toMatchObject({ id: row?.id, sentAt: row?.sentAt });
});

test('a node is found again by its id, whatever it is, and what is none is null', async () => {
  const { nodes } = await client.messages({ first: 1 });
  const [message] = nodes;
  expect(await client.node(message?.id ?? '')).toEqual(message);
  expect(await client.node(message?.channel.id ?? '')).toMatchObject({ name: message?.channel.name });
  expect(await client.node(message?.sender.id ?? '')).toMatchObject({
    __typename: 'Participant',
    participantNativeId: message?.sender.nativeId,
  });
  expect(await client.node(message?.conversation.id ?? '')).toMatchObject({
    conversationKind: message?.conversation.kind,
  });
  expect(await client.node('nothing')).toBeNull();
});

test('channels come by name, and by provider', async () => {
  expect((await client.channels()).map(({ name }) => name)).toEqual([
    'broadcast',
    'corp',
    'shop',
    'whatsapp',
  ]);
  expect((await client.channels({ providers: ['WECOM'] })).map(({ __typename }) => __typename)).toEqual([
    'WeComChannel',
  ]);
});

test('the open customer service sessions come page by page', async () => {
  world.sandbox.wechat.add({}, {}, {}, {}, {}, {});
  const all = await client.customerServiceSessions();
  expect(all.nodes.length).toBeGreaterThan(1);
  expect(all.totalCount).toBe(all.nodes.length);
  const first = await client.customerServiceSessions({ first: 1 });
  const rest = await client.customerServiceSessions({ after: first.pageInfo.endCursor });
  expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes);
});

test("documents of one's own are asked, as text and parsed", async () => {
  interface Names {
    channels: { name: string }[];
  }
  const text = 'query Names($providers: [Provider!]) { channels(providers: $providers) { name } }';
  const expected = { channels: [{ name: 'shop' }] };
  const variables = { providers: ['WECHAT'] };
  // What graphql-codegen makes has this type.
  const parsed = parse(text) as TypedDocumentNode<Names, { providers?: string[] }>;
  expect(await client.request(parsed, variables)).toEqual(expected);
  expect(await client.request<Names, typeof variables>(text, variables)).toEqual(expected);
});

test('what the gateway refuses is an error with its code, and its words', async () => {
  const error = await failure(client.messages({ after: 'no cursor' }));
  expect(error).toBeInstanceOf(GatewayError);
  expect(error).toMatchObject({
    name: 'GatewayError',
    code: 'BAD_CURSOR',
    path: ['messages'],
    channel: null,
    provider: null,
    retryable: false,
    retryAfterSeconds: null,
  });
  expect(String(error)).toMatch(/^GatewayError: BAD_CURSOR: This cursor was not made by this gateway/);
  expect(await failure(client.messages({ filter: { channels: ['nowhere'] } }))).toMatchObject({
    code: 'BAD_USER_INPUT',
  });
  expect(await failure(client.request('{ nothing }'))).toMatchObject({
    code: 'GRAPHQL_VALIDATION_FAILED',
    path: null,
    status: 400,
  });
});

test("a provider's failure names its channel, and what came nevertheless", async () => {
  const { wechat } = world.sandbox;
  const unretried = createClient({ url: world.url, retry: { maxRetries: 0 } });
  wechat.server.knobs.fault = 'too-many-requests';
  const error = await failure(
    unretried.request(
      '{ channels { name } messages(first: 1, onSourceFailure: FAIL, filter: { channels: ["shop"], textContains: "never" }) { nodes { id } } }',
    ),
  );
  wechat.server.knobs.fault = null;
  expect(error).toMatchObject({
    code: 'UPSTREAM_RATE_LIMITED',
    channel: 'shop',
    provider: 'WECHAT',
    providerCode: 'HTTP 429',
    retryable: true,
    retryAfterSeconds: 7,
    data: { channels: [{}, {}, {}, {}], messages: null },
  });
});

test('a URL that is none is refused at once', () => {
  expect(() => createClient({ url: '/graphql' })).toThrow(TypeError);
});
