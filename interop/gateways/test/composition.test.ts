import { readFileSync } from 'node:fs';
import { composeServices as composeAsApollo } from '@apollo/composition';
import { composeServices as composeAsHive } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchSdl } from '../../../examples/supergraph/compose.ts';
import { startSupergraph, type Supergraph } from './supergraph.ts';

const examples = `${import.meta.dirname}/../../../examples/supergraph`;
const crm = readFileSync(`${examples}/crm.graphql`, 'utf8');
const printed = readFileSync(`${import.meta.dirname}/../../../schema.graphql`, 'utf8');

/** Another company's subgraph that follows Relay, too. */
const shop = (node: string): string => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@override"])
  type Query { ${node} orders(first: Int, after: String): OrderConnection }
  interface Node { id: ID! }
  type Order implements Node @key(fields: "id") { id: ID! customer: Participant about: Conversation }
  type OrderConnection { nodes: [Order] pageInfo: PageInfo! }
  type PageInfo @shareable {
    hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
  }
  type Participant @key(fields: "channelName nativeId role") {
    channelName: String! nativeId: String! role: ParticipantRole!
  }
  enum ParticipantRole { CUSTOMER AGENT }
  type Conversation @key(fields: "id") { id: ID! orders: [Order!] }
  scalar DateTime
`;

let supergraph: Supergraph;
let served: string;
beforeAll(async () => {
  supergraph = await startSupergraph();
  served = await fetchSdl(supergraph.chatsUrl);
});
afterAll(() => supergraph.close());

const composers = { apollo: composeAsApollo, hive: composeAsHive };

describe.each(['apollo', 'hive'] as const)('with the composition of %s', (composer) => {
  function compose(...sdls: string[]): string[] {
    const services = sdls.map((sdl, index) => ({
      name: `s${index}`,
      url: `http://127.0.0.1/${index}`,
      typeDefs: parse(sdl),
    }));
    return (composers[composer](services).errors ?? []).map(({ message }) => message);
  }

  test('the schema that the gateway serves composes, alone and with others', () => {
    expect(compose(served)).toEqual([]);
    expect(compose(served, crm)).toEqual([]);
  });

  test('so does the schema that is printed', () => {
    expect(compose(printed)).toEqual([]);
    expect(compose(printed, crm)).toEqual([]);
  });

  test('directives of its own do not stand in the way, though later federation has some of their names', () => {
    expect(served).toMatch(/ @access\(/);
    expect(served).toMatch(/ @cost\(/);
    expect(served).toMatch(/ @listSize\(/);
    expect(compose(served, crm)).toEqual([]);
  });

  test('a second subgraph with Relay’s types composes once it takes Query.node over', () => {
    expect(compose(served, shop(''))).toEqual([]);
    const taken =
      'node(id: ID!): Node @override(from: "s0") nodes(ids: [ID!]!): [Node]! @override(from: "s0")';
    expect(compose(served, crm, shop(taken))).toEqual([]);
  });

  test('without that it is refused, and not left to chance', () => {
    expect(compose(served, shop('node(id: ID!): Node'))).toEqual([
      expect.stringMatching(/Query\.node/) as unknown,
    ]);
  });
});

test('the schema that is served leaves out what composition adds, and keeps descriptions', () => {
  expect(served).not.toMatch(/_entities|_Any|_Entity|_service|directive @key/);
  expect(served).toContain('"A message of any provider. Each provider\'s type adds its own fields."');
  expect(supergraph.sdl).toContain('Stable in queries, subscriptions, rows and exports; see `Node.id`.');
});
