import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

/** The checks that the authors of the GraphQL over HTTP specification publish, all of them, against the whole gateway. */
let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 5 });
});
afterAll(() => world.close());

const audits = serverAudits({ url: () => world.url, fetchFn: fetch });

test('the audit is whole', () => {
  const count = (level: string): number => audits.filter(({ name }) => name.startsWith(`${level} `)).length;
  expect({ must: count('MUST'), should: count('SHOULD'), may: count('MAY') }).toEqual({
    must: 13,
    should: 23,
    may: 25,
  });
  expect(new Set(audits.map(({ id }) => id)).size).toBe(61);
});

test.each(audits)('$id $name', async ({ fn }) => {
  expect(await fn()).toMatchObject({ status: 'ok' });
});

test.each([
  ['application/json', 200],
  ['application/json, text/plain, */*', 200],
  ['application/graphql-response+json, application/json;q=0.9', 400],
  ['*/*', 400],
])('a query that is not valid, asked for as %s, is refused with %i', async (accept, status) => {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: '{ nope }' }),
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test('a request without a query is no well-formed one, whatever it accepts', async () => {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: '{"qeury":"{ __typename }"}',
  });
  expect(response.status).toBe(400);
});
