import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApolloGateway } from '../../../examples/supergraph/apollo-gateway.ts';
import { startHiveGateway } from '../../../examples/supergraph/hive-gateway.ts';
import customers from '../../../examples/supergraph/customers.json' with { type: 'json' };
import { startSupergraph, type Supergraph } from './supergraph.ts';

interface Participant {
  id: string;
  role: string;
  channelName: string;
  nativeId: string;
}

let supergraph: Supergraph;
let known: Map<string, Participant>;
beforeAll(async () => {
  supergraph = await startSupergraph();
  known = await findParticipants();
});
afterAll(() => supergraph.close());

describe.each(['hive', 'apollo'] as const)('behind %s', (router) => {
  test('every provider’s messages have what another subgraph adds to the interface', async () => {
    const { data, errorCodes } = await supergraph[router](
      '{ messages(first: 200) { nodes { __typename text sentiment isFlagged } } }',
    );
    expect(errorCodes).toEqual([]);
    const { nodes } = (data as { messages: { nodes: Record<string, unknown>[] } }).messages;
    expect(new Set(nodes.map(({ __typename }) => __typename))).toEqual(
      new Set(['WeChatMessage', 'WeComMessage', 'TencentChatMessage', 'WhatsAppMessage']),
    );
    for (const { text, sentiment, isFlagged } of nodes) {
      expect(sentiment).toEqual(
        text === null ? 'UNKNOWN' : expect.stringMatching(/^(POSITIVE|NEUTRAL|NEGATIVE)$/),
      );
      expect(isFlagged).toBe(false);
    }
    expect(new Set(nodes.map(({ sentiment }) => sentiment)).size).toBe(4);
  });

  test('one provider’s messages have it too, beside their own fields', async () => {
    const { data, errorCodes } = await supergraph[router](
      '{ channel(name: "shop") { messages(first: 1) { nodes { ... on WeChatMessage { worker isFlagged } } } } }',
    );
    expect(errorCodes).toEqual([]);
    expect(data).toEqual({
      channel: { messages: { nodes: [{ worker: expect.stringMatching(/@/) as unknown, isFlagged: false }] } },
    });
  });

  test('participants have the record of the CRM, by channel and native id', async () => {
    const ids = customers.flatMap(({ participants }) =>
      participants.map((key) => known.get(toText(key))?.id),
    );
    const { data, errorCodes } = await supergraph[router](
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Participant { nativeId customerRecord { number name tier } } } }',
      { ids },
    );
    expect(errorCodes).toEqual([]);
    expect(data).toEqual({
      nodes: customers.flatMap(({ number, name, tier, participants }) =>
        participants.map(({ nativeId }) => ({ nativeId, customerRecord: { number, name, tier } })),
      ),
    });
  });

  test('participants whom the CRM does not know have no record', async () => {
    const { data, errorCodes } = await supergraph[router](
      '{ channel(name: "shop") { messages(first: 1, filter: { directions: [OUTBOUND] }) { nodes { sender { role customerRecord { name } } } } } }',
    );
    expect(errorCodes).toEqual([]);
    expect(data).toEqual({
      channel: { messages: { nodes: [{ sender: { role: 'AGENT', customerRecord: null } }] } },
    });
  });

  test('participants that the CRM writes down are those of the messages', async () => {
    const { data, errorCodes } = await supergraph[router](
      '{ customerRecords { participants { id role channelName nativeId displayName channel { provider } } } }',
    );
    expect(errorCodes).toEqual([]);
    const providers: Record<string, string> = { shop: 'WECHAT', corp: 'WECOM', whatsapp: 'WHATSAPP_SCRM' };
    expect(data).toEqual({
      customerRecords: customers.map(({ participants }) => ({
        participants: participants.map((key) => ({
          ...known.get(toText(key)),
          displayName: null,
          channel: { provider: providers[key.channelName] },
        })),
      })),
    });
  });

  test('messages that the CRM names are found, each of its provider’s type', async () => {
    const one = await supergraph.direct('{ channels { messages(first: 1) { nodes { __typename id } } } }');
    const { channels } = one.data as {
      channels: { messages: { nodes: { __typename: string; id: string }[] } }[];
    };
    const messages = channels.flatMap(({ messages: { nodes } }) => nodes);
    expect(messages).toHaveLength(4);
    for (const { id } of messages) await flag(id, true);
    const { data, errorCodes } = await supergraph[router](
      '{ flaggedMessages { __typename id isFlagged channel { name } ... on WhatsAppMessage { serviceAccount } } }',
    );
    for (const { id } of messages) await flag(id, false);
    expect(errorCodes).toEqual([]);
    expect(data).toMatchObject({
      flaggedMessages: messages.map((message) => ({ ...message, isFlagged: true })),
    });
  });

  test('a message that the CRM names and the gateway does not find is null', async () => {
    await flag('nothing', true);
    const answer = await supergraph[router]('{ flaggedMessages { isFlagged sentAt } }');
    await flag('nothing', false);
    expect(answer).toEqual({ data: { flaggedMessages: [null] }, errorCodes: [] });
  });

  async function flag(id: string, isFlagged: boolean): Promise<void> {
    const { errorCodes } = await supergraph[router](
      'mutation ($id: ID!, $isFlagged: Boolean!) { flagMessage(id: $id, isFlagged: $isFlagged) { id } }',
      { id, isFlagged },
    );
    expect(errorCodes).toEqual([]);
  }
});

test.each([
  ['hive', startHiveGateway],
  ['apollo', startApolloGateway],
] as const)('%s hands on who calls', async (_, start) => {
  const received: unknown[] = [];
  const recorder = createServer((request, response) => {
    received.push([request.headers.authorization, request.headers['x-api-key'], request.headers.cookie]);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { channels: [] } }));
  }).listen(0, '127.0.0.1');
  await once(recorder, 'listening');
  // It listens on a port, so its address is not a path.
  const { port } = recorder.address() as AddressInfo;
  const router = await start(supergraph.sdl.replace(supergraph.chatsUrl, `http://127.0.0.1:${port}/`), 0);
  await fetch(router.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer token',
      'x-api-key': 'key',
      cookie: 'not=this',
    },
    body: JSON.stringify({ query: '{ channels { name } }' }),
  });
  await router.close();
  recorder.close();
  recorder.closeAllConnections();
  expect(received).toEqual([['Bearer token', 'key', undefined]]);
});

/** As the messages show them. */
async function findParticipants(): Promise<Map<string, Participant>> {
  const found = new Map<string, Participant>();
  let after: string | null = null;
  do {
    const { data } = await supergraph.direct(
      `query ($after: String) { messages(first: 500, after: $after) {
        nodes { sender { id role channelName nativeId } } pageInfo { hasNextPage endCursor }
      } }`,
      { after },
    );
    const { messages } = data as {
      messages: {
        nodes: { sender: Participant }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    };
    for (const { sender } of messages.nodes) found.set(toText(sender), sender);
    after = messages.pageInfo.hasNextPage ? messages.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

function toText({ channelName, nativeId }: { channelName: string; nativeId: string }): string {
  return JSON.stringify([channelName, nativeId]);
}
