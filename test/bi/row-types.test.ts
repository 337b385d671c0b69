import {
  buildSchema,
  getNamedType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../src/schema/load.ts';

const ROW_TYPE = /(Row|Stat)$/;
const COLUMN = /^(String|ID|Int|Float|Boolean|DateTime)!?$/;
/** Nullable, and wrapped at most once. */
const SHALLOW = /^(\w+|\[\w+\])$/;

/**
 * What keeps types named `…Row` or `…Stat`, and the fields of the query that lead to them, from being read by the
 * connectors of BI tools: those look through one `ofType`, know few scalars, and cannot give what is required.
 */
function lintRowTypes(schema: GraphQLSchema): string[] {
  const problems: string[] = [];
  const check = (isRight: boolean, path: string, type: string, problem: string): void => {
    if (!isRight) problems.push(`${path}: ${type} ${problem}`);
  };
  const checkArguments = (path: string, args: readonly GraphQLArgument[]): void => {
    for (const argument of args) {
      const [place, type] = [`${path}(${argument.name})`, String(argument.type)];
      check(!isRequiredArgument(argument), place, type, 'is required');
      check(SHALLOW.test(type.replace(/!$/, '')), place, type, 'is wrapped more than once');
    }
  };
  const fieldsOf = (
    typeName: string,
  ): { path: string; type: string; target: string; args: readonly GraphQLArgument[] }[] => {
    const named = schema.getType(typeName);
    if (!isObjectType(named)) return [];
    return Object.values(named.getFields()).map((field) => ({
      path: `${named.name}.${field.name}`,
      type: String(field.type),
      target: getNamedType(field.type).name,
      args: field.args,
    }));
  };

  for (const row of Object.keys(schema.getTypeMap()).filter((name) => ROW_TYPE.test(name))) {
    for (const { path, type, args } of fieldsOf(row)) {
      check(COLUMN.test(type), path, type, 'is no plain column');
      checkArguments(path, args);
    }
  }
  for (const { path, type, target, args } of fieldsOf('Query')) {
    const edges = fieldsOf(target).find((field) => field.path === `${target}.edges`);
    const node = edges && fieldsOf(edges.target).find((field) => field.path === `${edges.target}.node`);
    const isList = ROW_TYPE.test(target);
    if (!isList && !ROW_TYPE.test(node?.target ?? '')) continue;
    check(SHALLOW.test(type), path, type, 'is not nullable, or wrapped more than once');
    check(type.startsWith('[') === isList, path, type, isList ? 'is not a list' : 'is a list of connections');
    checkArguments(path, args);
    for (const inner of [edges, node]) {
      if (inner)
        check(SHALLOW.test(inner.type), inner.path, inner.type, 'is not nullable, or wrapped more than once');
    }
  }
  return problems;
}

test('connectors can read the rows and the figures', () => {
  expect(lintRowTypes(createSchema())).toEqual([]);
});

test('the lint bites', () => {
  const schema = buildSchema(`
    scalar DateTime
    scalar JSON
    enum Kind { A }
    type Query {
      good(first: Int, after: String): GoodRowConnection
      root: GoodRowConnection!
      figures(of: [[Int]]): [GoodStat!]!
      one: GoodStat
      bad(id: ID!): BadRowConnection
    }
    type GoodRow { id: ID! at: DateTime! text: String count: Int share: Float isRead: Boolean }
    type GoodRowEdge { node: GoodRow }
    type GoodRowConnection { edges: [GoodRowEdge] }
    type GoodStat { count: Int! }
    type BadRow { kind: Kind tags: [String!]! raw: JSON more: GoodRow name(of: Int!): String }
    type BadRowEdge { node: BadRow! }
    type BadRowConnection { edges: [BadRowEdge!]! }
  `);
  expect(lintRowTypes(schema)).toEqual([
    'BadRow.kind: Kind is no plain column',
    'BadRow.tags: [String!]! is no plain column',
    'BadRow.raw: JSON is no plain column',
    'BadRow.more: GoodRow is no plain column',
    'BadRow.name(of): Int! is required',
    'Query.root: GoodRowConnection! is not nullable, or wrapped more than once',
    'Query.figures: [GoodStat!]! is not nullable, or wrapped more than once',
    'Query.figures(of): [[Int]] is wrapped more than once',
    'Query.one: GoodStat is not a list',
    'Query.bad(id): ID! is required',
    'BadRowConnection.edges: [BadRowEdge!]! is not nullable, or wrapped more than once',
    'BadRowEdge.node: BadRow! is not nullable, or wrapped more than once',
  ]);
});
