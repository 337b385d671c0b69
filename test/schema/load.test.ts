import {
  buildASTSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { createSchema, readDocument } from '../../src/schema/load.ts';

const schema = createSchema();

test('what the schema is made of is valid, which the program itself does not check', () => {
  // GraphQL's own validation, directives of federation included; it throws an error that lists all mistakes.
  expect(buildASTSchema(readDocument()).getQueryType()?.name).toBe('Query');
});

test('every type, field, argument and enum value has a description', () => {
  expect(undescribed(schema)).toEqual([]);
});

test('types are described to introspection in the words of the schema files', () => {
  const written = Object.values(buildASTSchema(readDocument()).getTypeMap());
  const asWritten = Object.fromEntries(written.map(({ name, description }) => [name, description]));
  const asServed = Object.fromEntries(written.map(({ name }) => [name, schema.getType(name)?.description]));
  expect(asServed).toEqual(asWritten);
});

test('the check for descriptions sees what lacks one', async () => {
  const { buildSchema } = await import('graphql');
  const bare = buildSchema(
    'type Query { a(b: C): D } input C { e: Int } enum D { F } directive @g(h: Int) on FIELD',
  );
  expect(undescribed(bare)).toEqual([
    'Query',
    'Query.a',
    'Query.a(b)',
    'C',
    'C.e',
    'D',
    'D.F',
    '@g',
    '@g(h)',
  ]);
});

test('connections, edges and lists may be null, their items too, as SQL adapters and partial failure need', () => {
  const connections = Object.values(schema.getTypeMap()).filter(({ name }) => name.endsWith('Connection'));
  expect(connections.map(({ name }) => name)).toEqual([
    'MessageConnection',
    'ConversationConnection',
    'ParticipantConnection',
    'MessageRowConnection',
    'MessageStatConnection',
    'ResponseStatConnection',
    'CustomerServiceSessionConnection',
  ]);
  for (const type of connections) {
    if (!isObjectType(type)) throw new Error(`${type.name} is not an object type`);
    const { edges, nodes, pageInfo } = type.getFields();
    expect(String(edges?.type)).toMatch(/^\[\w+Edge\]$/);
    expect(String(nodes?.type)).toMatch(/^\[\w+\]$/);
    expect(String(pageInfo?.type)).toBe('PageInfo!');
  }
});

function undescribed(of: GraphQLSchema): string[] {
  const missing: string[] = [];
  const check = (path: string, description: string | null | undefined): void => {
    if (!description?.trim()) missing.push(path);
  };
  for (const type of Object.values(of.getTypeMap())) {
    // Introspection and the scalars of the language describe themselves.
    if (/^(__.*|String|Int|Float|Boolean|ID)$/.test(type.name)) continue;
    check(type.name, type.description);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field.description);
        for (const { name, description } of field.args) {
          check(`${type.name}.${field.name}(${name})`, description);
        }
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        check(`${type.name}.${field.name}`, field.description);
    }
    if (isEnumType(type)) {
      for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
    }
  }
  for (const directive of of
    .getDirectives()
    .filter(({ name }) => !/^(include|skip|deprecated|specifiedBy|oneOf)$/.test(name))) {
    check(`@${directive.name}`, directive.description);
    for (const { name, description } of directive.args) check(`@${directive.name}(${name})`, description);
  }
  return missing;
}
