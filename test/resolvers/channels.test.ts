import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const keyDirectory = mkdtempSync(join(tmpdir(), 'gateway-keys-'));
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 60, weComReachDays: 365, keyDirectory });
});
afterAll(async () => {
  await world.close();
  rmSync(keyDirectory, { recursive: true });
});

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { data, errors } = await world.query(query, variables);
  expect(errors).toEqual([]);
  if (!data) throw new Error('There is no data');
  return data;
}

test('channels are listed by name, and found by it', async () => {
  expect(await ask('{ channels { __typename name provider displayName } }')).toEqual({
    channels: [
      { __typename: 'TencentChatChannel', name: 'broadcast', provider: 'TENCENT_CHAT', displayName: null },
      { __typename: 'WeComChannel', name: 'corp', provider: 'WECOM', displayName: null },
      { __typename: 'WeChatChannel', name: 'shop', provider: 'WECHAT', displayName: null },
      { __typename: 'WhatsAppChannel', name: 'whatsapp', provider: 'WHATSAPP_SCRM', displayName: null },
    ],
  });
  expect(
    await ask(
      '{ channels(providers: [WECOM]) { name } a: channel(name: "shop") { name } b: channel(name: "x") { name } }',
    ),
  ).toEqual({
    channels: [{ name: 'corp' }],
    a: { name: 'shop' },
    b: null,
  });
});

test("capabilities are the providers' own", async () => {
  const data = await ask(
    '{ channels { name capabilities { nativeOrder maxNativePageSize nativeTimeFilter retentionDays disclosesText providesMessageIds pushes } } }',
  );
  expect(data['channels']).toEqual([
    {
      name: 'broadcast',
      capabilities: {
        nativeOrder: 'DESC',
        maxNativePageSize: 20,
        nativeTimeFilter: false,
        retentionDays: null,
        disclosesText: true,
        providesMessageIds: true,
        pushes: true,
      },
    },
    {
      name: 'corp',
      capabilities: {
        nativeOrder: 'ASC',
        maxNativePageSize: 1000,
        nativeTimeFilter: false,
        retentionDays: 5,
        disclosesText: false,
        providesMessageIds: true,
        pushes: true,
      },
    },
    {
      name: 'shop',
      capabilities: {
        nativeOrder: 'ASC',
        maxNativePageSize: 10000,
        nativeTimeFilter: true,
        retentionDays: null,
        disclosesText: true,
        providesMessageIds: false,
        pushes: false,
      },
    },
    {
      name: 'whatsapp',
      capabilities: {
        nativeOrder: null,
        maxNativePageSize: 100,
        nativeTimeFilter: true,
        retentionDays: null,
        disclosesText: true,
        providesMessageIds: true,
        pushes: true,
      },
    },
  ]);
});

test("a channel's and a conversation's messages are the timeline's, narrowed", async () => {
  interface Listed {
    nodes: {
      id: string;
      conversation: { id: string; messages: { nodes: { id: string }[] } };
      sender: { id: string };
    }[];
  }
  const channels = ['shop', 'corp', 'broadcast', 'whatsapp'];
  for (const name of channels) {
    const data = await ask(
      `query ($name: String!) {
        channel(name: $name) { messages(first: 12) { nodes { id } } }
        messages(first: 12, filter: { channels: [$name] }) {
          nodes { id sender { id } conversation { id messages(first: 5) { nodes { id } } } }
        }
      }`,
      { name },
    );
    const { messages: narrowed } = data['channel'] as { messages: { nodes: { id: string }[] } };
    const { nodes } = data['messages'] as Listed;
    expect(nodes.length).toBe(12);
    expect(narrowed.nodes.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id));
    for (const { conversation, sender } of nodes.slice(0, 3)) {
      const filtered = await ask(
        `query ($conversation: ID!, $sender: ID!) {
          conversation: messages(first: 5, filter: { conversationId: $conversation }) { nodes { id conversation { id } } }
          sender: messages(first: 5, filter: { participantId: $sender }) { nodes { sender { id } recipients { id } } }
        }`,
        { conversation: conversation.id, sender: sender.id },
      );
      const ofConversation = (filtered['conversation'] as Listed).nodes;
      expect(ofConversation.map(({ id }) => id)).toEqual(conversation.messages.nodes.map(({ id }) => id));
      expect(ofConversation.every((message) => message.conversation.id === conversation.id)).toBe(true);
      const bySender = filtered['sender'] as {
        nodes: { sender: { id: string }; recipients: { id: string }[] | null }[];
      };
      expect(bySender.nodes.length).toBeGreaterThan(0);
      for (const message of bySender.nodes) {
        const involved = [message.sender, ...(message.recipients ?? [])].map(({ id }) => id);
        expect(involved).toContain(sender.id);
      }
    }
  }
});

test('customer service sessions are listed over all accounts, paged, and by account', async () => {
  interface Sessions {
    totalCount: number;
    nodes: { account: string; startedAt: string; customer: { nativeId: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  const SESSIONS = `query ($account: String, $first: Int, $after: String) {
    customerServiceSessions(channel: "shop", account: $account, first: $first, after: $after) {
      totalCount nodes { account startedAt customer { nativeId } } pageInfo { hasNextPage endCursor }
    }
  }`;
  const read = async (variables: Record<string, unknown>): Promise<Sessions> =>
    (await ask(SESSIONS, variables))['customerServiceSessions'] as Sessions;
  world.sandbox.wechat.add({}, {}, {}, {}, {}, {});
  const all = await read({});
  expect(all.totalCount).toBeGreaterThan(1);
  expect(all.nodes).toHaveLength(all.totalCount);
  const paged: Sessions['nodes'] = [];
  for (let after: string | null = null; ;) {
    const page: Sessions = await read({ first: 1, after });
    paged.push(...page.nodes);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  expect(paged).toEqual(all.nodes);
  const account = all.nodes[0]?.account ?? '';
  expect((await read({ account })).nodes).toEqual(all.nodes.filter((session) => session.account === account));
  const { errors } = await world.query(SESSIONS, { first: 1, after: 'x' });
  expect(errors[0]?.extensions).toEqual({ code: 'BAD_CURSOR' });
  const { errors: unknown } = await world.query(
    '{ customerServiceSessions(channel: "corp") { totalCount } }',
  );
  expect(unknown[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
});

test('WeChat channels tell their accounts and who waits', async () => {
  const data = await ask(`{ channel(name: "shop") { ... on WeChatChannel {
    customerServiceAccounts { account nickname avatarUrl state sessions { account } }
    waitingCustomers { customer { role nativeId } waitingSince }
  } } }`);
  const { customerServiceAccounts, waitingCustomers } = data['channel'] as {
    customerServiceAccounts: { account: string; state: string; sessions: { account: string }[] }[];
    waitingCustomers: { customer: { role: string }; waitingSince: string }[];
  };
  expect(customerServiceAccounts.map(({ sessions: _, ...account }) => account)).toEqual([
    {
      account: 'lin@teahouse',
      nickname: '小林',
      avatarUrl: 'http://mmbiz.example/lin.png',
      state: 'ACTIVE',
    },
    { account: 'chen@teahouse', nickname: '陈晨', avatarUrl: null, state: 'ACTIVE' },
    {
      account: 'amy@teahouse',
      nickname: 'Amy',
      avatarUrl: 'http://mmbiz.example/amy.png',
      state: 'ACTIVE',
    },
    { account: 'spare@teahouse', nickname: 'Spare desk', avatarUrl: null, state: 'UNBOUND' },
  ]);
  for (const { account, sessions } of customerServiceAccounts) {
    expect(sessions.every((session) => session.account === account)).toBe(true);
  }
  expect(waitingCustomers.map(({ customer }) => customer.role)).toEqual(['CUSTOMER', 'CUSTOMER', 'CUSTOMER']);
});

test('WeCom keys are unwrapped with the configured private key', async () => {
  const data =
    await ask(`{ messages(first: 20, filter: { channels: ["corp"] }) { nodes { nativeId ... on WeComMessage {
    encryptedSecretKey publicKeyVersion secretKey text parts { ... on EncryptedPart { secretKey } }
  } } } }`);
  const { nodes } = data['messages'] as {
    nodes: {
      nativeId: string;
      secretKey: string | null;
      text: null;
      parts: { secretKey: string }[] | null;
    }[];
  };
  expect(nodes.some(({ secretKey }) => secretKey !== null)).toBe(true);
  for (const { nativeId, secretKey, text, parts } of nodes) {
    expect(secretKey).toBe(world.sandbox.wecom.secretKeyOf(nativeId) ?? null);
    expect(text).toBeNull();
    if (secretKey !== null) expect(parts).toEqual([{ secretKey }]);
  }
});
