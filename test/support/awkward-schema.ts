import { assertEnumType, assertScalarType, buildSchema, type GraphQLSchema } from 'graphql';

/** A schema with everything that is easy to execute wrongly. Its resolvers are for `makeErratic`. */
export function createAwkwardSchema(): GraphQLSchema {
  const schema = buildSchema(`
    scalar _Any
    scalar Fragile
    scalar DateTime
    enum Colour { RED GREEN BLUE }
    input Nested { text: String = "default" number: Int colour: Colour = GREEN nested: Nested list: [Nested!] ids: [ID]! = ["1"] }
    interface Node { id: ID! name: String }
    interface Named implements Node { id: ID! name: String peer(of: Nested): Named peers: [Named!] }
    type A implements Node & Named {
      id: ID! name: String peer(of: Nested): Named peers: [Named!] number: Int! float: Float flag: Boolean!
      colour: Colour colours: [Colour!]! fragile: Fragile at: DateTime any: Any! anys: [[Any]!] echo(text: String! = "x", nested: Nested, list: [Int!]): String
    }
    type B implements Node & Named {
      id: ID! name: String peer(of: Nested): Named peers: [Named!] number: Int float: Float! texts: [String]! matrix: [[Int!]!]! a: A! as: [A!]!
    }
    type C implements Node { id: ID! name: String colour: Colour! c: C any(colour: Colour = RED): Any cs: [C] }
    union Any = A | B | C
    type Query {
      a(id: ID!): A aRequired: A! named: Named any: Any anys(first: Int = 3, of: [Nested!]): [Any!]! nodes: [Node]! c: C text: String! texts: [String!]
      echo(nested: Nested, list: [Nested], colour: Colour, fragile: Fragile, date: DateTime): String
    }
    type Subscription { added(first: Int): A! named: Named text: String }
  `);
  const serializations: Readonly<Record<string, unknown>> = {
    zero: 0,
    none: null,
    later: Promise.resolve('later'),
  };
  assertScalarType(schema.getType('Fragile')).serialize = (value) => {
    if (value === 'broken') throw new TypeError('This value is broken');
    return typeof value === 'string' && Object.hasOwn(serializations, value) ? serializations[value] : value;
  };
  for (const value of assertEnumType(schema.getType('Colour')).getValues()) value.value = value.name;
  return schema;
}
