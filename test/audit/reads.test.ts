import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldsOf } from '../../src/graphql/field-policy.ts';
import { readCostRules } from '../../src/graphql/operation/cost-rules.ts';
import { createSchema } from '../../src/schema/load.ts';
import { makeKey } from '../support/api-key.ts';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';
import { createTestLocation, openTestLocation } from '../support/test-store.ts';
import { toArray } from '../support/to-array.ts';

/*
 * Whatever reads is a field at the root of an operation, or one with a cost of its own; all else is part of what such a
 * field has read. Each leaves a record, or stands here with the reason why it need not.
 */

/** What is asked for, and the coordinate under which it is recorded. */
type Read = (ids: Record<string, string>) => { query: string; field: string; variables?: object };

const inShop = (selection: string): string =>
  `{ channel(name: "shop") { ... on WeChatChannel ${selection} } }`;
/** An archive is kept of it, in which nothing has settled yet. */
const KEPT_SINCE = new Date(Date.now() - 7_200_000).toISOString();
const kept = `channel: "shop", since: "${KEPT_SINCE}"`;
const messagesOf = (type: string): Read => {
  const query = `{ channels { ... on ${type} { messages(first: 2) { nodes { text } } } } }`;
  return () => ({ query, field: 'Channel.messages' });
};

const READS: Record<string, Read> = {
  'Query.messages': () => ({ query: '{ messages(first: 2) { nodes { text } } }', field: 'Query.messages' }),
  'Query.messageRows': () => ({
    query: '{ messageRows(first: 2) { edges { node { text } } } }',
    field: 'Query.messageRows',
  }),
  'Query.messageStats': () => ({
    query: '{ messageStats(channel: "shop", groupBy: AGENT) { groupName } }',
    field: 'Query.messageStats',
  }),
  'Query.messageStatRows': () => ({
    query: `{ messageStatRows(${kept}, readFrom: "ARCHIVE") { nodes { messages } } }`,
    field: 'Query.messageStatRows',
  }),
  'Query.responseStats': () => ({
    query: `{ responseStats(${kept}) { turns } }`,
    field: 'Query.responseStats',
  }),
  'Query.responseStatRows': () => ({
    query: `{ responseStatRows(${kept}) { nodes { turns } } }`,
    field: 'Query.responseStatRows',
  }),
  'Query.conversations': () => ({
    query: '{ conversations(first: 2) { nodes { id } } }',
    field: 'Query.conversations',
  }),
  'Query.participants': () => ({
    query: '{ participants(first: 2) { nodes { id } } }',
    field: 'Query.participants',
  }),
  'Participant.conversations': ({ participant }) => ({
    query:
      'query ($id: ID!) { node(id: $id) { ... on Participant { conversations(first: 2) { nodes { id } } } } }',
    variables: { id: participant },
    field: 'Participant.conversations',
  }),
  'Query.node': ({ message }) => ({
    query: 'query ($id: ID!) { node(id: $id) { ... on Message { text } } }',
    variables: { id: message },
    field: 'Query.node',
  }),
  'Query.nodes': ({ participant }) => ({
    query: 'query ($id: ID!) { nodes(ids: [$id]) { ... on Participant { nativeId } } }',
    variables: { id: participant },
    field: 'Query.node',
  }),
  'Query._entities': () => ({
    query:
      '{ _entities(representations: [{ __typename: "Participant", channelName: "shop", nativeId: "oAnna" }]) { ... on Participant { nativeId } } }',
    field: 'Query.node',
  }),
  'Query.customerServiceSessions': () => ({
    query: '{ customerServiceSessions { nodes { account customer { nativeId } } } }',
    field: 'Query.customerServiceSessions',
  }),
  'WeChatChannel.customerServiceAccounts': () => ({
    query: inShop('{ customerServiceAccounts { account } }'),
    field: 'WeChatChannel.customerServiceAccounts',
  }),
  'WeChatChannel.sessions': () => ({
    query: inShop('{ sessions { nodes { account } } }'),
    field: 'WeChatChannel.sessions',
  }),
  'WeChatChannel.waitingCustomers': () => ({
    query: inShop('{ waitingCustomers { customer { nativeId } } }'),
    field: 'WeChatChannel.waitingCustomers',
  }),
  'CustomerServiceAccount.sessions': () => ({
    query: inShop('{ customerServiceAccounts { sessions { customer { nativeId } } } }'),
    field: 'CustomerServiceAccount.sessions',
  }),
  'Conversation.messages': ({ conversation }) => ({
    query:
      'query ($id: ID!) { node(id: $id) { ... on Conversation { messages(first: 2) { nodes { text } } } } }',
    variables: { id: conversation },
    field: 'Conversation.messages',
  }),
  'MessageConnection.totalCount': () => ({
    query: '{ messages(first: 0, readFrom: ARCHIVE, filter: { channels: ["shop"] }) { totalCount } }',
    field: 'MessageConnection.totalCount',
  }),
  'Channel.messages': messagesOf('Channel'),
  'WeChatChannel.messages': messagesOf('WeChatChannel'),
  'WeComChannel.messages': messagesOf('WeComChannel'),
  'TencentChatChannel.messages': messagesOf('TencentChatChannel'),
  'WhatsAppChannel.messages': messagesOf('WhatsAppChannel'),
};

const NO_READS: Record<string, string> = {
  'Query.channel': 'a channel tells nothing of people; its fields that do are reads of their own',
  'Query.channels': 'likewise',
  'Query.liveCursor': 'a place among events',
  'Query._service': 'the schema',
  'CustomerServiceAccount.state': 'of an account that was listed, and recorded, with it',
  'DeliveryStatusChange.message': 'found as Query.node finds one, and recorded as that',
};

const SUBSCRIPTIONS: Record<string, { query: string; cause: () => unknown }> = {
  'Subscription.messageAdded': {
    query: 'subscription { messageAdded { node { text } } }',
    cause: () => world.sandbox.wechat.add({ text: 'news' }),
  },
  'Subscription.deliveryStatusChanged': {
    query: 'subscription { deliveryStatusChanged { whatsAppMessageId } }',
    cause: async () => {
      const { whatsApp } = world.sandbox;
      const record = whatsApp.add({ actionType: 1 });
      await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]));
      await deliver(world.url, 'whatsapp', whatsApp.pushes.clientStatus([record], 2));
    },
  },
};

const { key, entry, headers } = makeKey('reader', ['messages:read', 'messages:secrets', 'participants:read']);
const directory = mkdtempSync(join(tmpdir(), 'audit-reads-'));
let world: GatewayWorld;
let ids: Record<string, string>;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 12,
    keyDirectory: directory,
    from: Date.now() - 86_400_000,
    store: `sqlite:${join(directory, 'gateway.db')}`,
    auth: { apiKeys: [entry] },
    live: { pollSeconds: 1 },
    channels: ({ channels }) =>
      channels.map((channel) =>
        channel['name'] === 'shop' ? { ...channel, archive: { since: KEPT_SINCE } } : channel,
      ),
  });
  world.sandbox.wechat.add({ worker: 'lin@teahouse' });
  const { data } = await world.query(
    '{ messages(first: 1, filter: { channels: ["shop"] }) { nodes { id sender { id } conversation { id } } } }',
    {},
    headers,
  );
  const { messages } = data as {
    messages: { nodes: { id: string; sender: { id: string }; conversation: { id: string } }[] };
  };
  const [node] = messages.nodes;
  if (!node) throw new Error('There is no message');
  ids = { message: node.id, participant: node.sender.id, conversation: node.conversation.id };
});
afterAll(async () => {
  await world.close();
  rmSync(directory, { recursive: true });
});

/** The coordinates of all reads, in order. */
async function recordedFields(): Promise<string[]> {
  const store = await openTestLocation(await createTestLocation(`sqlite:${join(directory, 'gateway.db')}`));
  try {
    const rows = await toArray(store.audit.rows(1));
    return rows.map(({ body }) => (JSON.parse(body) as { field: string }).field);
  } finally {
    await store.close();
  }
}

test('every field that reads is known here', () => {
  const schema = createSchema();
  const costs = readCostRules(schema);
  const roots = new Set(['Query', 'Subscription']);
  const reading = fieldsOf(schema)
    .filter(({ type, field }) => roots.has(type.name) || (costs.get(field)?.weight ?? 0) > 0)
    .map(({ type, field }) => `${type.name}.${field.name}`);
  const known = [...Object.keys(READS), ...Object.keys(NO_READS), ...Object.keys(SUBSCRIPTIONS)];
  expect(reading.sort()).toEqual(known.sort());
});

test.each(Object.entries(READS))('%s leaves a record', async (_, read) => {
  const { query, field, variables } = read(ids);
  const before = (await recordedFields()).length;
  const { errors } = await world.query(query, { ...variables }, headers);
  expect(errors).toEqual([]);
  expect((await recordedFields()).slice(before)).toContain(field);
});

test('rows that are read by what has changed leave a record', async () => {
  const before = (await recordedFields()).length;
  const { errors } = await world.query(
    '{ messageRows(channel: "shop", archivedAfter: 0) { nodes { text } } }',
    {},
    headers,
  );
  expect(errors).toEqual([]);
  expect((await recordedFields()).slice(before)).toEqual(['Query.messageRows']);
});

test('a page of which nothing is counted leaves no record of a count', async () => {
  const before = (await recordedFields()).length;
  const page = 'messages(first: 2, readFrom: ARCHIVE, filter: { channels: ["shop"] })';
  await world.query(`{ ${page} { nodes { id } } }`, {}, headers);
  expect((await recordedFields()).slice(before)).toEqual(['Query.messages']);
});

test('a read that is refused or fails leaves one too', async () => {
  const before = (await recordedFields()).length;
  const sessions = '{ customerServiceSessions(account: "nobody@teahouse") { totalCount } }';
  const { errors } = await world.query(sessions, {}, headers);
  expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  expect((await recordedFields()).slice(before)).toEqual(['Query.customerServiceSessions']);
});

test.each(Object.entries(SUBSCRIPTIONS))(
  'an event of %s leaves a record',
  async (field, { query, cause }) => {
    const subscriber = subscribe<unknown>(world.url, query, {}, { authorization: `Bearer ${key}` });
    await subscriber.connected;
    await world.query('{ channels { name } }', {}, headers);
    await cause();
    await subscriber.until(1);
    subscriber.close();
    expect(subscriber.errors).toEqual([]);
    expect(await recordedFields()).toContain(field);
  },
);
