import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  printSchema,
  type IntrospectionQuery,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const EVERYTHING = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
});

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 1 });
});
afterAll(() => world.close());

test('introspection says what schema.graphql says, descriptions and specifications included', async () => {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: EVERYTHING }),
  });
  const { data } = (await response.json()) as { data: IntrospectionQuery };
  const written = printSchema(buildSchema(readFileSync('schema.graphql', 'utf8')));
  expect(written).toContain('scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/');
  expect(printSchema(buildClientSchema(data))).toBe(written);
});
