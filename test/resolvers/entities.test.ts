import { isInterfaceType, isUnionType, parse, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSchema } from '../../src/schema/load.ts';
import { createGatewayWorld, type GatewayWorld, type GraphQLResult } from '../support/gateway-world.ts';
import { createTestLocation, isOnServer, runOnLocation } from '../support/test-store.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 100, weComReachDays: 365, limits: { maxPageSize: 400 } });
});
afterAll(() => world.close());

interface Thing {
  __typename: string;
  id: string;
}
interface Participant extends Thing {
  channelName: string;
  nativeId: string;
  role: string;
}
interface Listed extends Thing {
  channel: Thing;
  conversation: Thing;
  sender: Participant;
  recipients: Participant[] | null;
}

const PARTICIPANT = '__typename id channelName nativeId role';

async function list(): Promise<Listed[]> {
  const { data, errors } = await world.query(
    `{ messages(first: 400) { nodes { __typename id channel { __typename id } conversation { __typename id }
       sender { ${PARTICIPANT} } recipients { ${PARTICIPANT} } } } }`,
  );
  expect(errors).toEqual([]);
  return (data?.['messages'] as { nodes: Listed[] }).nodes;
}

async function listParticipants(): Promise<Participant[]> {
  const all = (await list()).flatMap(({ sender, recipients }) => [sender, ...(recipients ?? [])]);
  return [...new Map(all.map((participant) => [participant.id, participant])).values()];
}

function resolve(
  representations: unknown[],
  fields = '__typename ... on Node { id }',
): Promise<GraphQLResult> {
  return world.query(`query ($of: [_Any!]!) { _entities(representations: $of) { ${fields} } }`, {
    of: representations,
  });
}

test('everything that has an id is found by it, under the name of its type', async () => {
  const things = (await list())
    .filter((_, index) => index % 20 === 0)
    .flatMap((message) => [message, message.channel, message.conversation, message.sender])
    .map(({ __typename, id }) => ({ __typename, id }));
  expect(new Set(things.map(({ __typename }) => __typename)).size).toBe(10);
  expect(await resolve(things)).toEqual({ status: 200, data: { _entities: things }, errors: [] });
});

test('messages and channels are found under the names of their interfaces', async () => {
  const messages = await list();
  const found = await resolve(
    [
      ...messages.map(({ id }) => ({ __typename: 'Message', id })),
      ...messages.map(({ channel: { id } }) => ({ __typename: 'Channel', id })),
    ].slice(0, 400),
  );
  const all = [...messages, ...messages.map(({ channel }) => channel)].slice(0, 400);
  expect(found.data).toEqual({ _entities: all.map(({ __typename, id }) => ({ __typename, id })) });
});

test('a participant is found by channel, native id and role', async () => {
  const participants = await listParticipants();
  expect(participants.length).toBeGreaterThan(50);
  const keys = participants.map(({ channelName, nativeId, role }) => ({
    __typename: 'Participant',
    channelName,
    nativeId,
    role,
  }));
  const { data } = await resolve(keys, `... on Participant { ${PARTICIPANT} }`);
  expect(data).toEqual({ _entities: participants });
});

test('a participant is found by channel and native id alone, but for those whose id does not tell their role', async () => {
  const participants = await listParticipants();
  const keys = participants.map(({ channelName, nativeId }) => ({
    __typename: 'Participant',
    channelName,
    nativeId,
  }));
  const { data } = await resolve(keys, `... on Participant { ${PARTICIPANT} }`);
  const found = data?.['_entities'] as Participant[];
  const others = participants.filter(({ id }, index) => found[index]?.id !== id);
  expect(new Set(others.map(({ channelName, role }) => `${channelName} ${role}`))).toEqual(
    // The company's own numbers, and contacts who use WeCom themselves.
    new Set(['whatsapp AGENT', 'corp CUSTOMER']),
  );
  expect(found).toEqual(
    participants.map((participant, index) => {
      if (!others.includes(participant)) return participant;
      const role = participant.role === 'AGENT' ? 'CUSTOMER' : 'AGENT';
      return { ...participant, role, id: found[index]?.id };
    }),
  );
});

test('the id of a participant who was found by a native id is good for filters', async () => {
  const customers = (await listParticipants()).filter(({ role }) => role === 'CUSTOMER');
  const one = customers.find(({ channelName }) => channelName === 'whatsapp');
  if (!one) throw new Error('There are no customers');
  const spelt = `+${one.nativeId.slice(0, 2)} ${one.nativeId.slice(2, 5)} ${one.nativeId.slice(5)}`;
  const { data } = await resolve([{ __typename: 'Participant', channelName: 'whatsapp', nativeId: spelt }]);
  expect(data).toEqual({ _entities: [{ __typename: 'Participant', id: one.id }] });
  const { data: listed } = await world.query(
    'query ($id: ID!) { messages(filter: { participantId: $id }) { nodes { sender { id } recipients { id } } } }',
    { id: one.id },
  );
  const { nodes } = listed?.['messages'] as { nodes: unknown[] };
  expect(nodes.length).toBeGreaterThan(0);
  for (const node of nodes) expect(JSON.stringify(node)).toContain(one.id);
});

test('what is not found is null, and so is what is of another type', async () => {
  const message = (await list()).find(({ __typename }) => __typename === 'WeChatMessage');
  const { data, errors } = await resolve([
    { __typename: 'Message', id: 'nothing' },
    { __typename: 'WhatsAppMessage', id: message?.id },
    { __typename: 'Participant', id: message?.id },
    { __typename: 'Participant', channelName: 'nowhere', nativeId: '1' },
    { __typename: 'Message', id: message?.id },
  ]);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    _entities: [null, null, null, null, { __typename: 'WeChatMessage', id: message?.id }],
  });
});

test('what is no representation is an error of its own, and the others are found', async () => {
  const [first] = await list();
  const types =
    'Message, TencentChatMessage, WeChatMessage, WeComMessage, WhatsAppMessage, Channel, TencentChatChannel, WeChatChannel, WeComChannel, WhatsAppChannel, Conversation, Participant';
  const noType = `A representation must be an object whose "__typename" is one of ${types}.`;
  const noKey =
    'A representation of Participant must have "id", or "channelName" and "nativeId" and, if it is known, "role".';
  const wrong: [unknown, string][] = [
    ['Message', noType],
    [{ id: first?.id }, noType],
    [{ __typename: 'Query' }, noType],
    [{ __typename: 'Message', id: 5 }, 'A representation of Message must have "id".'],
    [{ __typename: 'Channel', name: 'shop' }, 'A representation of Channel must have "id".'],
    [{ __typename: 'Participant', nativeId: '1' }, noKey],
    [{ __typename: 'Participant', channelName: 'shop', nativeId: '' }, noKey],
    [{ __typename: 'Participant', channelName: 'shop', nativeId: '1', role: 'KING' }, noKey],
  ];
  const { status, data, errors } = await resolve([
    ...wrong.map(([representation]) => representation),
    { __typename: 'Message', id: first?.id },
  ]);
  expect(status).toBe(200);
  expect(data).toEqual({
    _entities: [...wrong.map(() => null), { __typename: first?.__typename, id: first?.id }],
  });
  const byIndex = new Map(
    errors.map(({ path, message, extensions }) => [path?.[1], { message, extensions }]),
  );
  expect(wrong.map((_, index) => byIndex.get(index))).toEqual(
    wrong.map(([, message]) => ({ message, extensions: { code: 'BAD_USER_INPUT' } })),
  );
});

test('more than a page may have are refused', async () => {
  const { errors } = await resolve(Array.from({ length: 401 }, () => ({ __typename: 'Message', id: '1' })));
  expect(errors).toMatchObject([
    {
      message: '"representations" may have at most 400 items (limits.maxPageSize); it had 401.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
});

test('messages share the calls that find them, and those beyond what one request may call say so', async () => {
  const store = await createTestLocation();
  const limited = await createGatewayWorld({
    messages: 60,
    limits: { upstreamCallsPerRequest: 2 },
    settings: { store },
  });
  // It is to know no page; a server keeps those that were fetched.
  const forget = async (): Promise<void> => {
    await limited.restart();
    if (isOnServer) await runOnLocation(store, 'DELETE FROM pages');
  };
  try {
    const pages: { id: string }[][] = [];
    let after: string | null = null;
    for (let number = 0; number < 2; number++) {
      const { data } = await limited.query(
        'query ($after: String) { channel(name: "broadcast") { messages(first: 60, after: $after) { nodes { id } pageInfo { endCursor } } } }',
        { after },
      );
      const { messages } = data?.['channel'] as {
        messages: { nodes: { id: string }[]; pageInfo: { endCursor: string | null } };
      };
      pages.push(messages.nodes);
      after = messages.pageInfo.endCursor;
    }
    await forget();
    const text = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Message { id } } }';
    const toRepresentations = (nodes: { id: string }[]): unknown[] =>
      nodes.map(({ id }) => ({ __typename: 'Message', id }));
    const [first = []] = pages;
    // More than two calls could bring one by one.
    expect(first.length).toBeGreaterThan(20);
    expect(await limited.query(text, { of: toRepresentations(first) })).toEqual({
      status: 200,
      data: { _entities: first },
      errors: [],
    });
    await forget();
    const { data, errors } = await limited.query(text, { of: toRepresentations(pages.flat()) });
    const entities = data?.['_entities'] as ({ id: string } | null)[];
    expect(entities.slice(0, first.length)).toEqual(first);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.map(({ extensions }) => extensions)).toEqual(
      entities.filter((entity) => entity === null).map(() => ({ code: 'QUERY_TOO_COMPLEX' })),
    );
  } finally {
    await limited.close();
  }
});

test('the schema for composition has every type but those that composition adds', async () => {
  const { data } = await world.query('{ _service { sdl } }');
  const { sdl } = data?.['_service'] as { sdl: string };
  const names = new Set(
    parse(sdl).definitions.flatMap((definition) => ('name' in definition ? [definition.name.value] : [])),
  );
  const builtIn = /^(__.*|String|Int|Float|Boolean|ID)$/;
  const left = Object.keys(createSchema().getTypeMap()).filter(
    (name) => !builtIn.test(name) && !names.has(name),
  );
  expect(left.sort()).toEqual([
    '_Any',
    '_Entity',
    '_Service',
    'federation__FieldSet',
    'link__Import',
    'link__Purpose',
  ]);
});

test('everything that has an id is an entity', () => {
  const schema = createSchema();
  const [node, entity] = [schema.getType('Node'), schema.getType('_Entity')];
  if (!isInterfaceType(node) || !isUnionType(entity)) throw new Error('The schema is not as it should be');
  const namesOf = (types: readonly GraphQLObjectType[]): string[] => types.map(({ name }) => name).sort();
  expect(namesOf(entity.getTypes())).toEqual(namesOf(schema.getPossibleTypes(node)));
});
