import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onceClosed } from '../../src/http/client-disconnect.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { postJson, send } from '../support/raw-http.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 2 });
});
afterAll(() => world.close());

interface Answer {
  errors: { message: string; extensions: { code: string } }[];
}

async function ask(
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer & { length: number }> {
  const { text } = await send(world.url, postJson({ query, variables }));
  return { ...(JSON.parse(text) as Answer), length: text.length };
}

const CHANNELS = 'query ($names: [String!]) { messages(filter: { channels: $names }) { nodes { id } } }';

test('of a hundred thousand mistakes in variables, the first are told and no more', async () => {
  const { errors, length } = await ask(CHANNELS, { names: Array.from({ length: 100_000 }, () => 0) });
  expect(errors).toHaveLength(21);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  expect(length).toBeLessThan(20_000);
});

test('of a thousand mistakes in a document, the first are told and no more', async () => {
  const { errors } = await ask(`{ ${Array.from({ length: 900 }, (_, index) => `no${index}`).join(' ')} }`);
  expect(errors).toHaveLength(21);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(
    new Set(['GRAPHQL_VALIDATION_FAILED']),
  );
});

test('a document of more lines than it may have tokens is refused before it is parsed', async () => {
  for (const query of [
    `{${'\n'.repeat(2_000)}nope }`,
    `{${'\r\n'.repeat(2_000)}__typename }`,
    `{ node(id: ${JSON.stringify('x')}) { ${'#\n'.repeat(2_000)}id } }`,
  ]) {
    expect(await ask(query)).toMatchObject({
      errors: [
        {
          message: 'The operation has more than 2000 lines. Request less, or send several requests.',
          extensions: { code: 'QUERY_TOO_COMPLEX' },
        },
      ],
    });
  }
  expect(await ask(`{${'\n'.repeat(1_900)}__typename }`)).toMatchObject({ data: { __typename: 'Query' } });
});

test('a long value is quoted in part, however often it is wrong', async () => {
  const aliases = Array.from(
    { length: 30 },
    (_, index) => `a${index}: customerServiceSessions(channel: $name) { totalCount }`,
  );
  const { errors, length } = await ask(`query ($name: String) { ${aliases.join(' ')} }`, {
    name: 'x'.repeat(500_000),
  });
  expect(errors).toHaveLength(30);
  expect(length).toBeLessThan(60_000);
});

test.each([
  ['channels', ['shop']],
  ['kinds', ['TEXT']],
  ['directions', ['INBOUND']],
  ['agentAccounts', ['anna']],
])('a filter may have a thousand items in %s and no more', async (name, [item = '']) => {
  const items = (count: number): string =>
    Array.from({ length: count }, () => (item === item.toUpperCase() ? item : JSON.stringify(item))).join(
      ' ',
    );
  const query = (count: number): string =>
    `{ messages(first: 1, filter: { ${name}: [${items(count)}] }) { nodes { id } } }`;
  expect(await ask(query(1_000))).toMatchObject({ data: { messages: {} } });
  expect((await ask(query(1_001))).errors).toMatchObject([
    { message: `${name} may have 1000 items; it had 1001.`, extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('a client that went before anything listened is found gone', async () => {
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => responses.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).end();
  client.on('error', () => undefined);
  await once(server, 'request');
  const [response] = responses;
  if (!response) throw new Error('The request did not come');
  const closed = once(response, 'close');
  client.destroy();
  await closed;
  let calls = 0;
  onceClosed(response, () => calls++);
  expect(calls).toBe(1);
  server.close();
});
