import type { FieldNode } from 'graphql';
import { expect, test } from 'vitest';
import { argumentsOf, selectedFields } from '../../../src/graphql/operation/operation-walk.ts';
import { smallSchema, toOperation } from '../../support/small-schema.ts';

function select(text: string, variables: Record<string, unknown> = {}): string[] {
  const operation = toOperation(text, variables);
  const root = smallSchema.getQueryType();
  if (!root) throw new Error('There is a query type');
  return selectedFields(operation, root, operation.definition.selectionSet).map(
    ({ parent, node, field }) => `${parent.name}.${node.name.value} ${field?.name ?? null}`,
  );
}

test('fields are found in fragments too, each fragment once', () => {
  const text =
    '{ shop { name } ...F ...F ... { rows { id } } ... on Query { named { name } } } fragment F on Query { chats { total } ...F }';
  expect(select(text)).toEqual([
    'Query.shop shop',
    'Query.chats chats',
    'Query.rows rows',
    'Query.named named',
  ]);
});

test('what the schema does not have is there without a field, and no property of every object is one', () => {
  expect(select('{ nothing constructor __proto__ __typename __schema { types { name } } }')).toEqual([
    'Query.nothing null',
    'Query.constructor null',
    'Query.__proto__ null',
    'Query.__typename __typename',
    'Query.__schema __schema',
  ]);
});

test.each<[string, Record<string, unknown>, boolean]>([
  ['@skip(if: true)', {}, false],
  ['@skip(if: false)', {}, true],
  ['@include(if: false)', {}, false],
  ['@skip(if: $v)', { v: true }, false],
  ['@include(if: $v)', { v: false }, false],
  ['@skip(if: false) @include(if: false)', {}, false],
  // Nobody said that it is not wanted.
  ['@include(if: $v)', {}, true],
])('with %s and %j a field is selected: %s', (directive, variables, isSelected) => {
  expect(select(`{ shop ${directive} { name } }`, variables)).toEqual(isSelected ? ['Query.shop shop'] : []);
});

test('arguments are those that the resolver gets, and null where it gets none', () => {
  const argumentsIn = (text: string, variables: Record<string, unknown> = {}): unknown => {
    const { definition } = toOperation(text, variables);
    const field = smallSchema.getQueryType()?.getFields()['chats'];
    // Every selection of these is a field.
    const [node] = definition.selectionSet.selections as FieldNode[];
    return field && node && argumentsOf(field, node, variables);
  };
  expect(argumentsIn('{ chats }')).toEqual({ first: 10 });
  expect(argumentsIn('query ($n: Int) { chats(first: $n) }', { n: 4 })).toEqual({ first: 4 });
  expect(argumentsIn('{ chats(ids: ["a"]) }')).toEqual({ first: 10, ids: ['a'] });
  expect(argumentsIn('{ chats(first: "x") }')).toBeNull();
});
