import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/api-keys.ts';
import { createClient, type ClientOptions, type GatewayClient } from '../../src/client/index.ts';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const { key, sha256 } = createApiKey();
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 10,
    live: { pollSeconds: 3_600, reconcileSeconds: 3_600 },
    auth: {
      apiKeys: [{ name: 'reader', sha256, channels: ['shop', 'whatsapp'], scopes: ['messages:read'] }],
    },
  });
});
afterAll(() => world.close());

function connect(options: Partial<ClientOptions>): GatewayClient {
  return createClient({ url: world.url, ...options });
}

test('a key that may read messages, and nothing else, is enough for every read', async () => {
  const client = connect({ apiKey: key });
  const { nodes } = await client.messages({ first: 1_000 });
  const [message] = nodes;
  expect(new Set(nodes.map(({ channel }) => channel.name))).toEqual(new Set(['shop', 'whatsapp']));
  expect(await client.node(message?.id ?? '')).toEqual(message);
  expect((await client.searchMessages({ first: 1_000 })).edges.map(({ node }) => node)).toEqual(nodes);
  expect(await client.conversation({ id: message?.conversation.id ?? '', first: 1_000 })).toMatchObject({
    id: message?.conversation.id,
  });
  expect((await client.channels()).map(({ name }) => name)).toEqual(['shop', 'whatsapp']);
  expect(await client.customerServiceSessions({ first: 100 })).toMatchObject({ totalCount: 0 });
  const { liveCursor: after } = await client.request<{ liveCursor: string }, object>('{ liveCursor }');
  const changes = client.followDeliveryStatus({ after });
  const events = client.followMessages({ after });
  const first = Promise.all([events.next(), changes.next()]);
  const { whatsApp } = world.sandbox;
  const record = whatsApp.add({ actionType: 1, chatType: 1 });
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]));
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientStatus([record], 3));
  const [added, changed] = await first;
  expect(added.value?.node).toMatchObject({ __typename: 'WhatsAppMessage' });
  expect(changed.value?.message?.id).toBe(added.value?.node.id);
  await Promise.all([events.return?.(), changes.return?.()]);
});

test('without a key that is one, everything is refused, and not asked for again', async () => {
  for (const client of [connect({}), connect({ apiKey: 'chg_other' })]) {
    const refusal = { name: 'GatewayError', code: 'UNAUTHENTICATED', status: 401, retryable: false };
    await expect(client.messages()).rejects.toMatchObject(refusal);
    await expect(client.followMessages({ after: 'x' }).next()).rejects.toMatchObject(refusal);
  }
});

test('what the key does not open is refused by name', async () => {
  const client = connect({ headers: { 'x-api-key': key } });
  const secrets = '{ messages(first: 1) { nodes { ... on WeComMessage { secretKey } } } }';
  await expect(client.request(secrets)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
