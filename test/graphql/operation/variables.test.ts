import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { coerceVariables, withCoercedVariables } from '../../../src/graphql/operation/variables.ts';
import { smallSchema, toOperation } from '../../support/small-schema.ts';

const coerce = (text: string, sent: Record<string, unknown>): ReturnType<typeof coerceVariables> =>
  coerceVariables(smallSchema, toOperation(text).definition, sent);

test('the document that is executed takes its variables as they were coerced, defaults and all', () => {
  const document = parse('query ($n: Int! = 3, $ids: [ID!]) { chats(first: $n, ids: $ids) { total } }');
  expect(print(withCoercedVariables(document)).replace(/\s+/g, ' ')).toBe(
    'query ($$n: _Any, $$ids: _Any) { chats(first: $$n, ids: $$ids) { total } }',
  );
  // The one that was sent stays as it is.
  const [sent] = document.definitions;
  expect(sent?.kind === Kind.OPERATION_DEFINITION && namesOf(sent)).toEqual(['n', 'ids']);
});

function namesOf({ variableDefinitions = [] }: OperationDefinitionNode): string[] {
  return variableDefinitions.map(({ variable }) => variable.name.value);
}

test('values are coerced under names that no object has', () => {
  const text = 'query ($n: Int = 3, $ids: [ID!], $none: Int) { chats(first: $n, ids: $ids) { total } }';
  expect(coerce(text, { ids: 'a', constructor: 1 })).toEqual({ values: { $n: 3, $ids: ['a'] } });
  expect(coerce(text, { n: null })).toEqual({ values: { $n: null } });
});

test('what cannot be coerced is told, of very many the first', () => {
  const { errors = [] } = coerce('query ($n: Int) { chats(first: $n) { total } }', { n: 'x' });
  expect(errors.map(({ message, extensions }) => [message, extensions])).toEqual([
    [expect.stringContaining('"$n" got invalid value "x"'), { code: 'BAD_USER_INPUT' }],
  ]);
  const many = coerce('query ($ids: [ID!]) { chats(ids: $ids) { total } }', { ids: Array(1_000).fill({}) });
  expect(many.errors).toHaveLength(21);
});

test.each([
  ['query ($__proto__: Int) { chats(first: $__proto__) { total } }', {}],
  ['{ shop { name } }', JSON.parse('{ "__proto__": 1 }') as Record<string, unknown>],
])('a reserved name is refused: %s', (text, sent) => {
  expect(() => coerce(text, sent)).toThrow(/may not be named "__proto__"/);
});
