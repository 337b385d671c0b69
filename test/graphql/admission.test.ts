import { isScalarType, type GraphQLFieldResolver } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { postJson, send } from '../support/raw-http.ts';
import { openSocket } from '../support/open-socket.ts';

const reader = makeKey('reader', ['messages:read']);
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 8,
    auth: { apiKeys: [reader.entry] },
    limits: { requestsPerMinute: 1_000_000 },
  });
});
afterAll(() => world.close());

/** @param variables JSON as text, in which an object may have any key */
type Transport = (query: string, variables: string) => Promise<string>;

const body = (query: string, variables: string): string =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;
const search = (query: string, variables: string): string =>
  `query=${encodeURIComponent(query)}&variables=${encodeURIComponent(variables)}`;
const STREAM = { ...reader.headers, accept: 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

const transports: Record<string, Transport> = {
  POST: async (query, variables) => {
    const headers = { ...reader.headers, ...JSON_TYPE };
    return (await send(world.url, { headers, body: body(query, variables) })).text;
  },
  GET: async (query, variables) => {
    const path = `/graphql?${search(query, variables)}`;
    return (await send(world.url, { method: 'GET', path, headers: { ...reader.headers } })).text;
  },
  'SSE by POST': async (query, variables) => {
    const headers = { ...STREAM, ...JSON_TYPE };
    return (await send(world.url, { path: '/graphql/stream', headers, body: body(query, variables) })).text;
  },
  'SSE by GET': async (query, variables) => {
    const path = `/graphql/stream?${search(query, variables)}`;
    return (await send(world.url, { method: 'GET', path, headers: STREAM })).text;
  },
  WebSocket: async (query, variables) => {
    const socket = await openSocket(world.url, reader.headers.authorization);
    return socket.ask(body(query, variables));
  },
};
const each = Object.entries(transports);

const NAMES = [
  '__proto__',
  '__defineGetter__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
];
const ODD = each.flatMap(([transport, ask]) =>
  NAMES.map((name): [string, string, Transport] => [transport, name, ask]),
);

const secret = (name: string, standard: boolean): string =>
  `query Q($${name}: Boolean = ${standard}) { messages(first: 2, filter: {providers: [WECOM]}) { nodes { id ... on WeComMessage { secretKey @skip(if: $${name}) } } } }`;

test.each(ODD)('over %s, a variable named %s opens nothing that the guard refuses', async (_, name, ask) => {
  const text = await ask(secret(name, true), `{${JSON.stringify(name)}: false}`);
  expect(text).not.toContain('secretKey"');
  expect(text).toMatch(/FORBIDDEN|BAD_USER_INPUT|BAD_REQUEST/);
});

test.each(ODD)('over %s, a variable named %s has its default when it is not sent', async (_, name, ask) => {
  expect(await ask(secret(name, false), '{}')).toMatch(/FORBIDDEN|BAD_USER_INPUT/);
  const text = await ask(secret(name, true), '{}');
  if (name.startsWith('__')) expect(text).toContain('BAD_USER_INPUT');
  else expect(text).toContain('{"data":{"messages":{"nodes":[');
});

test.each(ODD)('over %s, a variable named %s is no value of every object', async (_, name, ask) => {
  const text = await ask(
    `query Q($${name}: String) { messages(first: 1, filter: { textContains: $${name} }) { nodes { id } } }`,
    '{}',
  );
  if (name.startsWith('__')) expect(text).toContain('BAD_USER_INPUT');
  else expect(text).toMatch(/"nodes":\[\{"id":/);
});

test.each(ODD)('over %s, a variable named %s is weighed with what was sent', async (_, name, ask) => {
  const text = await ask(
    `query Q($${name}: Int = 1) { messages(first: $${name}) { nodes { conversation { messages(first: $${name}) { nodes { id } } } } } }`,
    `{${JSON.stringify(name)}: 900}`,
  );
  expect(text).toMatch(/QUERY_TOO_COMPLEX|BAD_USER_INPUT|BAD_REQUEST/);
});

test.each(each)(
  'over %s, the values that were checked are those that are executed: coerced once',
  async (_, ask) => {
    const { schema } = world.gateway;
    const dateTime = schema.getType('DateTime');
    const messages = schema.getQueryType()?.getFields()['messages'];
    if (!isScalarType(dateTime) || !messages?.resolve) throw new Error('The schema has changed');
    const made: unknown[] = [];
    const used: unknown[] = [];
    const { parseValue } = dateTime;
    const { resolve } = messages;
    dateTime.parseValue = (value) => {
      const date = parseValue(value);
      made.push(date);
      return date;
    };
    const spy: GraphQLFieldResolver<unknown, unknown, { filter: { sentAt: { gte: unknown } } }> = (
      source,
      args,
      context,
      info,
    ): unknown => {
      used.push(args.filter.sentAt.gte);
      return resolve(source, args, context, info);
    };
    messages.resolve = spy;
    try {
      const text = await ask(
        'query Q($since: DateTime, $sentAt: DateTimeRange = { gte: "2026-01-01T00:00:00Z" }) { messages(first: 1, filter: { sentAt: { gte: $since } }) { nodes { id } } a: messages(first: 1, filter: { sentAt: $sentAt }) { nodes { id } } }',
        '{"since":"2020-01-01T00:00:00Z"}',
      );
      expect(text).not.toContain('"errors"');
    } finally {
      dateTime.parseValue = parseValue;
      messages.resolve = resolve;
    }
    expect(made).toHaveLength(1);
    expect(used).toHaveLength(2);
    expect(used[0]).toBe(made[0]);
  },
);

test.each(each)('over %s, a name twice, in text and in a list, is not read in two ways', async (_, ask) => {
  expect(await ask('{ channels { name } }', '[]')).toMatch(/BAD_USER_INPUT|4400/);
  expect(await ask('{ channels { name } }', '"x"')).toMatch(/BAD_USER_INPUT|4400/);
});

test('a parameter of another type is refused by its name', async () => {
  const refusalOf = async (parameters: Record<string, unknown>): Promise<unknown> =>
    JSON.parse((await send(world.url, postJson(parameters, { ...reader.headers }))).text);
  expect(await refusalOf({ documentId: 5, query: '{ __typename }' })).toEqual({
    errors: [
      {
        message: 'The request is invalid: "documentId" must be a string.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  expect(await refusalOf({ query: 5, variables: [], operationName: {}, extensions: 'x' })).toEqual({
    errors: [
      {
        message:
          'The request is invalid: "query" must be a string; "operationName" must be a string; "variables" must be an object; "extensions" must be an object.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
});
