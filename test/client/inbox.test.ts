import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import {
  createClient,
  type ConversationPage,
  type ConversationSummary,
  type GatewayClient,
} from '../../src/client/index.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { fillArchives } from '../support/fill-archives.ts';
import { toArray } from '../support/to-array.ts';

const SINCE = Date.now() - 86_400_000;

let world: GatewayWorld;
let client: GatewayClient;
beforeAll(async () => {
  const archive = { since: new Date(SINCE).toISOString() };
  world = await createGatewayWorld({
    messages: 40,
    from: SINCE,
    channels: ({ channels }) => channels.map((channel) => ({ ...channel, archive })),
  });
  await fillArchives(world, Date.now());
  client = createClient({ url: world.url });
});
afterAll(() => world.close());

test('a page has conversations with what is kept of them, of all providers', async () => {
  const { nodes, sources, pageInfo } = await client.conversations({ first: 100 });
  expect(pageInfo.hasNextPage).toBe(false);
  expect(sources.map(({ servedFrom }) => servedFrom)).toEqual(sources.map(() => 'ARCHIVE'));
  expect(new Set(nodes.map(({ channel }) => channel.name)).size).toBe(4);
  for (const { id, lastMessage, lastMessageAt } of nodes)
    expect(lastMessage).toMatchObject({ sentAt: lastMessageAt, conversation: { id } });
  const awaiting = await client.conversations({ first: 100, filter: { isAwaitingReply: true } });
  expect(awaiting.nodes).toEqual(nodes.filter(({ awaitingReply }) => awaitingReply !== null));
  expectTypeOf<ConversationPage['nodes']>().toEqualTypeOf<ConversationSummary[]>();
});

test('a walk in pages of three is the whole list, by any order, and from a cursor on', async () => {
  const orderBy = { field: 'MESSAGES', direction: 'ASC' } as const;
  const { nodes } = await client.conversations({ first: 100, orderBy });
  expect(await toArray(client.walkConversations({ orderBy, pageSize: 3 }))).toEqual(nodes);
  const { pageInfo } = await client.conversations({ first: 5, orderBy });
  const rest = await toArray(client.walkConversations({ orderBy, pageSize: 3, after: pageInfo.endCursor }));
  expect(rest).toEqual(nodes.slice(5));
});

test('a conversation that moves up while a walk reads is shown once', async () => {
  const orderBy = { field: 'LAST_MESSAGE_AT', direction: 'ASC' } as const;
  const filter = { channels: ['whatsapp'] };
  const { nodes } = await client.conversations({ first: 100, orderBy, filter });
  const { whatsApp } = world.sandbox;
  const oldest = nodes[0]?.lastMessageAt;
  const record = whatsApp.records.find(({ chatTime }) => new Date(chatTime).toISOString() === oldest);
  if (!record) throw new Error('The provider has no such message');
  const walked: string[] = [];
  for await (const { id } of client.walkConversations({ orderBy, filter, pageSize: 2 })) {
    walked.push(id);
    if (walked.length > 1) continue;
    const { whatsId, friendWhatsId, chatType } = record;
    whatsApp.add({ whatsId, friendWhatsId, chatType });
    await fillArchives(world, Date.now());
  }
  expect(walked).toEqual(nodes.map(({ id }) => id));
  const again = await client.conversations({ first: 1, filter });
  expect(again.nodes.map(({ id }) => id)).toEqual(walked.slice(0, 1));
});

test('participants come page by page, with what is kept of them', async () => {
  const filter = { channels: ['whatsapp'] };
  const { nodes } = await client.participants({ first: 100, filter });
  const first = await client.participants({ first: 1, filter });
  const rest = await client.participants({ first: 100, filter, after: first.pageInfo.endCursor });
  expect([...first.nodes, ...rest.nodes]).toEqual(nodes);
  expect(nodes.every(({ messageCount }) => (messageCount ?? 0) > 0)).toBe(true);
});
