import { getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldsOf } from '../../src/graphql/field-policy.ts';
import { createSchema } from '../../src/schema/load.ts';
import { makeKey } from '../support/api-key.ts';
import { readMetrics } from '../support/metrics.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

/*
 * What a caller cannot see it cannot guess either. So every argument that takes a text is known here: by its name as one
 * that takes nothing of a person's, or with a query that tries one.
 */

const HARMLESS: Record<string, string> = {
  after: 'a sealed cursor',
  before: 'a sealed cursor',
  id: 'a sealed id',
  ids: 'sealed ids',
  conversationId: 'a sealed id',
  participantId: 'a sealed id',
  name: 'of a channel',
  channel: 'the name of a channel',
  channels: 'names of channels',
  provider: 'the name of a provider',
  direction: 'of a message',
  kind: 'of a message',
  availability: 'of a message',
  conversationKind: 'the name of a kind',
  readFrom: 'a value of `ReadFrom`',
  participantRole: 'the name of a role',
  groupBy: 'a value of an enum',
  timeZone: 'the name of a time zone',
  textContains: 'matched with what the caller is shown',
  search: 'matched with what the caller is shown',
};

/** By which a native id, a number or a name could be tried. */
const GUESSES: Record<string, (nativeId: string) => string> = {
  'Query.customerServiceSessions(account:)': (nativeId) =>
    `{ customerServiceSessions(account: "${nativeId}") { totalCount } }`,
  'WeChatChannel.sessions(account:)': (nativeId) =>
    `{ channel(name: "shop") { ... on WeChatChannel { sessions(account: "${nativeId}") { totalCount } } } }`,
  'MessageFilter.agentAccounts': (nativeId) =>
    `{ messages(first: 1, filter: { agentAccounts: ["${nativeId}"] }) { nodes { id } } }`,
  'NativeParticipant.nativeId': (nativeId) =>
    `{ messages(first: 1, filter: { participant: { channel: "shop", nativeId: "${nativeId}" } }) { nodes { id } } }`,
  'Query.messageRows(agentAccount:)': (nativeId) =>
    `{ messageRows(first: 1, agentAccount: "${nativeId}") { nodes { id } } }`,
  'Query.messageRows(participantNativeId:)': (nativeId) =>
    `{ messageRows(first: 1, channel: "shop", participantNativeId: "${nativeId}") { nodes { id } } }`,
  'Query._entities(representations:)': (nativeId) =>
    `{ _entities(representations: [{ __typename: "Participant", channelName: "shop", nativeId: "${nativeId}" }]) { __typename } }`,
};

const blind = makeKey('blind', ['messages:read']);
const seeing = makeKey('seeing', ['messages:read', 'participants:read']);
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 12,
    from: Date.now() - 86_400_000,
    auth: { apiKeys: [blind.entry, seeing.entry] },
  });
  // A first call, so that there are calls to count.
  const { errors } = await world.query('{ messages(first: 1) { nodes { id } } }', {}, blind.headers);
  expect(errors).toEqual([]);
});
afterAll(async () => {
  await world.close();
});

test('every argument that takes a text is known here', () => {
  const schema = createSchema();
  const takesText = ({ type }: { type: Parameters<typeof getNamedType>[0] }): boolean =>
    ['String', 'ID', '_Any', 'JSON'].includes(getNamedType(type)?.name ?? '');
  const ofFields = fieldsOf(schema).flatMap(({ type, field }) =>
    field.args.filter(takesText).map(({ name }) => ({ place: `${type.name}.${field.name}(${name}:)`, name })),
  );
  const ofInputs = Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(takesText)
        .map(({ name }) => ({ place: `${type.name}.${name}`, name })),
    );
  const guesses = [...ofFields, ...ofInputs].filter(({ name }) => !Object.hasOwn(HARMLESS, name));
  expect(guesses.map(({ place }) => place).sort()).toEqual(Object.keys(GUESSES).sort());
});

async function countCalls(): Promise<number> {
  const samples = [...(await readMetrics(world.url))];
  const calls = samples.filter(([name]) => name.startsWith('gateway_upstream_calls_total'));
  expect(calls).not.toEqual([]);
  return calls.reduce((sum, [, count]) => sum + count, 0);
}

test.each(Object.entries(GUESSES))(
  'by %s no caller can probe for what it may not see, no provider is asked, and a right guess looks like a wrong one',
  async (_, toQuery) => {
    const answers = [];
    const callsBefore = await countCalls();
    for (const nativeId of ['lin@teahouse', 'spare@teahouse', 'nobody@teahouse']) {
      const { status, data, errors } = await world.query(toQuery(nativeId), {}, blind.headers);
      expect(errors[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
      expect(errors[0]?.message).toContain('needs the scope participants:read');
      answers.push({ status, data, errors });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(await countCalls()).toBe(callsBefore);
  },
);

test('a wrong guess by a caller who may see agents is a plain answer, and nothing of the channel changes', async () => {
  const ask = async (account: string): Promise<unknown> => {
    const query = 'query ($account: String) { customerServiceSessions(account: $account) { totalCount } }';
    return (await world.query(query, { account }, seeing.headers)).errors;
  };
  expect(await ask('nobody@teahouse')).toEqual([
    expect.objectContaining({
      message:
        'There is no customer service account "nobody@teahouse"; query "customerServiceAccounts" of the channel for their names.',
      extensions: { code: 'BAD_USER_INPUT' },
    }),
  ]);
  expect(await ask('spare@teahouse')).toEqual([
    expect.objectContaining({
      message:
        'The customer service account "spare@teahouse" is not bound to a WeChat user, so it cannot serve customers yet.',
      extensions: { code: 'BAD_USER_INPUT' },
    }),
  ]);
  const health = await fetch(new URL('/health/ready?verbose', world.url), { headers: seeing.headers });
  const text = await health.text();
  expect(text).toContain('{"name":"shop","provider":"WECHAT","lastCall":{"outcome":"OK"');
  expect(text).not.toContain('MISCONFIGURED');
});
