import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';
import { deliver } from '../support/deliver.ts';

const CHAT = { friendWhatsId: '447711100001', chatType: 1, actionType: 1 } as const;
const TEXTS = ['我要退款退款', 'ＶＩＰ refund', 'Refunds, please', 'I want a REFUND!'];

interface Found {
  messages: {
    edges: { cursor: string; highlights: { start: number; end: number }[] | null; node: { text: string } }[];
    pageInfo: { endCursor: string };
    sources: { channel: { name: string }; state: string; reason: string | null }[];
  };
}

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 8, live: { pollSeconds: 3_600, reconcileSeconds: 3_600 } });
  for (const content of TEXTS) world.sandbox.whatsApp.add({ ...CHAT, contentType: 0, content });
});
afterAll(() => world.close());

const QUERY = `query ($filter: MessageFilter, $after: String, $failing: SourceFailurePolicy) {
  messages(first: 50, after: $after, filter: $filter, onSourceFailure: $failing) {
    edges { cursor highlights { start end } node { text } }
    pageInfo { endCursor }
    sources { channel { name } state reason }
  }
}`;

async function search(filter: Record<string, unknown>, failing = 'FAIL'): Promise<Found['messages']> {
  const { data, errors } = await world.query(QUERY, { filter, failing });
  expect(errors).toEqual([]);
  return (data as unknown as Found).messages;
}

test.each([
  ['退款', [['退款', '退款']]],
  ['refund', [['REFUND'], ['refund']]],
  ['vip refund', [['ＶＩＰ', 'refund']]],
])('%s is found, and where it stands is told', async (text, expected) => {
  const { edges } = await search({ search: text, channels: ['whatsapp'] });
  const parts = edges.map(({ highlights, node }) =>
    highlights?.map(({ start, end }) => node.text.slice(start, end)),
  );
  expect(parts.toSorted()).toEqual(expected.toSorted());
});

test('without a search nothing is highlighted', async () => {
  const { edges } = await search({ textContains: 'refund', channels: ['whatsapp'] });
  expect(edges.map(({ highlights }) => highlights)).toEqual([null, null, null]);
});

test.each([{ search: 'refund' }, { textContains: 'refund' }])(
  'with %j, a channel that discloses no texts says so, and fails nothing',
  async (filter) => {
    const { sources } = await search(filter);
    const states = sources.map(({ channel, state, reason }) => [channel.name, state, reason]);
    expect(states).toContainEqual(['corp', 'PARTIAL', 'TEXT_NOT_DISCLOSED']);
    expect(states.filter(([, state]) => state === 'OK')).toHaveLength(3);
  },
);

test('a channel and a conversation are searched like all messages', async () => {
  const { data } = await world.query(
    `{ channel(name: "whatsapp") { messages(filter: { search: "vip" }) {
      edges { highlights { start end } node { text conversation { messages(filter: { search: "vip" }) { edges { highlights { start end } } } } } }
    } } }`,
  );
  const highlights = [{ start: 0, end: 3 }];
  expect(data).toEqual({
    channel: {
      messages: {
        edges: [
          { highlights, node: { text: TEXTS[1], conversation: { messages: { edges: [{ highlights }] } } } },
        ],
      },
    },
  });
});

test('a cursor belongs to its search', async () => {
  const { pageInfo } = await search({ search: 'refund', channels: ['whatsapp'] });
  const filter = { search: 'vip', channels: ['whatsapp'] };
  const { errors } = await world.query(QUERY, { filter, after: pageInfo.endCursor });
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_CURSOR']);
});

test('a subscription that searches brings what is found, with its place', async () => {
  const subscriber = subscribe<{ highlights: unknown; node: { text: string } }>(
    world.url,
    'subscription { messageAdded(filter: { search: "heron" }) { highlights { start end } node { text } } }',
  );
  await subscriber.connected;
  await world.query('{ __typename }');
  const { whatsApp } = world.sandbox;
  for (const content of ['herons', 'A heron'])
    await deliver(
      world.url,
      'whatsapp',
      whatsApp.pushes.clientSync([whatsApp.add({ ...CHAT, contentType: 0, content })]),
    );
  await subscriber.until(1);
  expect(subscriber.received).toMatchObject([
    { highlights: [{ start: 2, end: 7 }], node: { text: 'A heron' } },
  ]);
  subscriber.close();
});
