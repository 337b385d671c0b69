import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 60, weComReachDays: 365 });
});
afterAll(() => world.close());

interface Found {
  __typename: string;
  id: string;
}
interface Listed extends Found {
  channel: Found;
  conversation: Found;
  sender: Found;
}

const LIST = `{ messages(first: 200) { nodes {
  __typename id channel { __typename id } conversation { __typename id } sender { __typename id }
} } }`;

async function list(): Promise<Listed[]> {
  const { data, errors } = await world.query(LIST);
  expect(errors).toEqual([]);
  return (data?.['messages'] as { nodes: Listed[] }).nodes;
}

function pick({ __typename, id }: Found): Found {
  return { __typename, id };
}

test('messages, channels, conversations and participants are found again by their ids, in another process too', async () => {
  const messages = (await list()).filter((_, index) => index % 10 === 0);
  await world.restart();
  for (const what of messages) {
    const things = [what, what.channel, what.conversation, what.sender].map(pick);
    const { data, errors } = await world.query(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      {
        ids: things.map(({ id }) => id),
      },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ nodes: things });
  }
});

test('nodes keeps the order of the ids, with null for what is not found', async () => {
  const [one, two] = await list();
  if (!one || !two) throw new Error('There are too few messages');
  const { data } = await world.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [two.id, 'nothing', one.id, two.id],
  });
  expect(data).toEqual({ nodes: [{ id: two.id }, null, { id: one.id }, { id: two.id }] });
});

test('one node that fails does not fail the others', async () => {
  const messages = await list();
  const shop = messages.find(({ __typename }) => __typename === 'WeChatMessage');
  const corp = messages.find(({ __typename }) => __typename === 'WeComMessage');
  if (!shop || !corp) throw new Error('There are too few messages');
  await world.restart();
  world.sandbox.wechat.server.knobs.fault = 'server-error';
  const { data, errors } = await world.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [shop.id, corp.id],
  });
  world.sandbox.wechat.server.knobs.fault = null;
  expect(data).toEqual({ nodes: [null, { id: corp.id }] });
  expect(errors).toMatchObject([
    { path: ['nodes', 0], extensions: { code: 'UPSTREAM_UNAVAILABLE', channel: 'shop' } },
  ]);
});

test('more ids than can be looked up are refused', async () => {
  const { errors } = await world.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: Array.from({ length: 101 }, String),
  });
  expect(errors[0]?.message).toBe('"ids" may have at most 100 ids; it had 101.');
});

test('nothing of a message can be read out of its id', async () => {
  for (const { id, sender, conversation } of (await list()).slice(0, 50)) {
    const { data } = await world.query(
      'query ($id: ID!) { node(id: $id) { ... on Message { nativeId sender { nativeId } conversation { nativeId } } } }',
      { id },
    );
    const node = data?.['node'] as {
      nativeId: string | null;
      sender: { nativeId: string };
      conversation: { nativeId: string | null };
    };
    const ids = [id, sender.id, conversation.id].flatMap((text) => [
      text,
      Buffer.from(text, 'base64url').toString('latin1'),
    ]);
    for (const secret of [node.nativeId, node.sender.nativeId, node.conversation.nativeId]) {
      if (secret !== null) for (const text of ids) expect(text).not.toContain(secret);
    }
  }
});
