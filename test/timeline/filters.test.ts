import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/api-keys.ts';
import type { SourceFilter } from '../../src/datasources/message-source.ts';
import { toConditions } from '../../src/datasources/whatsapp-scrm/conditions.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(options: WorldOptions = {}): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    clock: new TestClock(NOW),
    messages: 60,
    weComReachDays: 365,
    from: NOW - 12 * 86_400_000,
    limits: { upstreamCallsPerRequest: 500 },
    ...options,
  });
  worlds.push(world);
  return world;
}

interface Person {
  role: string;
  nativeId: string;
}
interface Shown {
  id: string;
  kind: string;
  direction: string;
  availability: string;
  channel: { name: string };
  conversation: { id: string; kind: string };
  sender: Person;
  recipients: Person[] | null;
  agentAccount?: string | null;
}

const LIST = `
  query List($filter: MessageFilter, $direction: OrderDirection!) {
    messages(filter: $filter, orderBy: { direction: $direction }, first: 1000, onSourceFailure: FAIL) {
      nodes {
        id kind direction availability
        channel { name }
        conversation { id kind }
        sender { role nativeId }
        recipients { role nativeId }
        ... on WhatsAppMessage { agentAccount }
      }
      pageInfo { hasNextPage }
    }
  }`;

async function list(
  world: GatewayWorld,
  filter: Record<string, unknown>,
  direction = 'DESC',
): Promise<Shown[]> {
  const { data, errors } = await world.query(LIST, { filter, direction });
  expect(errors).toEqual([]);
  const { nodes, pageInfo } = data?.['messages'] as {
    nodes: Shown[];
    pageInfo: { hasNextPage: boolean };
  };
  expect(pageInfo.hasNextPage).toBe(false);
  return nodes;
}

function peopleOf({ sender, recipients }: Shown): Person[] {
  return [sender, ...(recipients ?? [])];
}

function agentAccountsOf(message: Shown): string[] {
  if (message.agentAccount !== undefined) return message.agentAccount === null ? [] : [message.agentAccount];
  return peopleOf(message).flatMap(({ role, nativeId }) => (role === 'AGENT' ? nativeId : []));
}

/** As the schema says it, in the words of what is shown. */
function matches(message: Shown, filter: Filter): boolean {
  const { availabilities, conversationKinds, agentAccounts, participant, directions } = filter;
  return (
    (availabilities?.includes(message.availability) ?? true) &&
    (conversationKinds?.includes(message.conversation.kind) ?? true) &&
    (directions?.includes(message.direction) ?? true) &&
    (agentAccounts === undefined ||
      agentAccountsOf(message).some((account) => agentAccounts.includes(account))) &&
    (participant === undefined ||
      (message.channel.name === participant.channel &&
        peopleOf(message).some(
          ({ role, nativeId }) => role === participant.role && nativeId === participant.nativeId,
        )))
  );
}

interface Filter {
  availabilities?: string[];
  conversationKinds?: string[];
  agentAccounts?: string[];
  directions?: string[];
  participant?: { channel: string; nativeId: string; role: string };
}

test('any filter leaves of every provider what it says, as a look through the whole list finds it', async () => {
  const world = await open();
  const all = await list(world, {});
  const accounts = [...new Set(all.flatMap(agentAccountsOf))];
  const people = all.flatMap((message) =>
    peopleOf(message).map(({ role, nativeId }) => ({ channel: message.channel.name, role, nativeId })),
  );
  expect(new Set(all.map(({ channel }) => channel.name)).size).toBe(4);
  expect(new Set(all.map(({ availability }) => availability)).size).toBe(3);
  expect(new Set(all.map(({ conversation }) => conversation.kind)).size).toBe(3);
  const filters = fc.record(
    {
      availabilities: fc.subarray(['AVAILABLE', 'RECALLED', 'UNAVAILABLE']),
      conversationKinds: fc.subarray(['DIRECT', 'GROUP', 'BROADCAST'], { minLength: 1 }),
      agentAccounts: fc.array(fc.constantFrom(...accounts, 'none'), { minLength: 1, maxLength: 3 }),
      directions: fc.subarray(['INBOUND', 'OUTBOUND'], { minLength: 1 }),
      participant: fc.constantFrom(...people),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(filters, fc.constantFrom('ASC', 'DESC'), async (filter, direction) => {
      const expected = all.filter((message) => matches(message, filter));
      const found = await list(world, filter, direction);
      expect(found).toEqual(direction === 'DESC' ? expected : expected.toReversed());
    }),
    { numRuns: 40 },
  );
  expect(world.sandbox.violations()).toEqual([]);
});

test('channels that can have nothing of what is wanted are not asked', async () => {
  const world = await open();
  await list(world, {});
  const count = (): number[] => world.sandbox.all.map(({ server }) => server.calls.length);
  const before = count();
  await list(world, { channels: ['shop', 'corp', 'whatsapp'], availabilities: ['RECALLED'] });
  await list(world, { channels: ['shop', 'corp', 'whatsapp'], conversationKinds: ['BROADCAST'] });
  await list(world, { channels: ['broadcast'], conversationKinds: ['DIRECT', 'GROUP'] });
  await list(world, { agentAccounts: [] });
  expect(count()).toEqual(before);
});

test('WhatsApp is asked for what it can look for itself', () => {
  const everything = {
    conversationKey: null,
    participant: null,
    directions: null,
    kinds: null,
    needsText: false,
  };
  const conditionsOf = (filter: SourceFilter): unknown => toConditions(filter, false);
  expect(conditionsOf(everything)).toEqual({});
  expect(conditionsOf({ ...everything, agentAccounts: ['anna'], conversationKinds: ['GROUP'] })).toEqual({
    agentAccount: 'anna',
    chatType: 2,
  });
  expect(conditionsOf({ ...everything, conversationKinds: ['DIRECT', 'BROADCAST'] })).toEqual({
    chatType: 1,
  });
  expect(
    conditionsOf({ ...everything, agentAccounts: ['anna', 'ben'], conversationKinds: ['DIRECT', 'GROUP'] }),
  ).toEqual({});
  expect(conditionsOf({ ...everything, agentAccounts: [''] })).toEqual({});
});

test('rows and conversations take the same filters', async () => {
  const world = await open();
  const all = await list(world, {});
  const customer = all.find(
    ({ sender, channel }) => sender.role === 'CUSTOMER' && channel.name === 'whatsapp',
  );
  const agent = all.find(({ agentAccount }) => agentAccount)?.agentAccount;
  const rows = async (args: string): Promise<unknown[]> => {
    const { data, errors } = await world.query(`{ messageRows(first: 1000, ${args}) { nodes { id } } }`);
    expect(errors).toEqual([]);
    return (data?.['messageRows'] as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
  };
  const idsOf = (filter: Filter): string[] =>
    all.filter((message) => matches(message, filter)).map(({ id }) => id);
  expect(await rows('availability: "RECALLED"')).toEqual(idsOf({ availabilities: ['RECALLED'] }));
  expect(await rows('conversationKind: "GROUP"')).toEqual(idsOf({ conversationKinds: ['GROUP'] }));
  expect(await rows(`agentAccount: "${agent}"`)).toEqual(idsOf({ agentAccounts: [agent ?? ''] }));
  const nativeId = customer?.sender.nativeId ?? '';
  expect(await rows(`channel: "whatsapp", participantNativeId: "+${nativeId}"`)).toEqual(
    idsOf({ participant: { channel: 'whatsapp', role: 'CUSTOMER', nativeId } }),
  );
  const { data } = await world.query(
    `query ($id: ID!) { node(id: $id) { ... on Conversation {
      messages(first: 1000, filter: { participant: { channel: "whatsapp", nativeId: "${nativeId}" } }) { nodes { id } }
    } } }`,
    { id: customer?.conversation.id },
  );
  const ofConversation = all.filter(({ conversation }) => conversation.id === customer?.conversation.id);
  expect(data).toEqual({ node: { messages: { nodes: ofConversation.map(({ id }) => ({ id })) } } });
});

describe('a caller without participants:read', () => {
  const { key, sha256 } = createApiKey();
  const headers = { authorization: `Bearer ${key}` };

  test.each([
    '{ messages(filter: { agentAccounts: ["x"] }) { nodes { id } } }',
    '{ messages(filter: { participant: { channel: "shop", nativeId: "x" } }) { nodes { id } } }',
    '{ channel(name: "shop") { messages(filter: { agentAccounts: [] }) { nodes { id } } } }',
    '{ messageRows(agentAccount: "x") { nodes { id } } }',
    '{ messageRows(channel: "shop", participantNativeId: "x") { nodes { id } } }',
  ])('may not try ids: %s', async (query) => {
    const auth = { apiKeys: [{ name: 'bi', sha256, scopes: ['messages:read'] }] };
    const world = await open({ messages: 4, auth });
    const { errors } = await world.query(query, {}, headers);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    const allowed = await world.query(
      '{ messages(filter: { availabilities: [RECALLED], conversationKinds: [GROUP] }) { nodes { id } } }',
      {},
      headers,
    );
    expect(allowed.errors).toEqual([]);
  });
});

test.each([
  [
    '{ messages(filter: { participant: { channel: "none", nativeId: "x" } }) { nodes { id } } }',
    'no channel "none"',
  ],
  ['{ messageRows(participantNativeId: "x") { nodes { id } } }', 'together'],
  [
    '{ messageRows(channel: "shop", participantNativeId: "x", participantRole: "BOSS") { nodes { id } } }',
    'one of CUSTOMER',
  ],
])('%s is refused with the reason', async (query, reason) => {
  const world = await open({ messages: 4 });
  const { errors } = await world.query(query);
  expect(errors).toMatchObject([
    { message: expect.stringContaining(reason) as unknown, extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});
