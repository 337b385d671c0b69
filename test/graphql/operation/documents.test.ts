import { Kind } from 'graphql';
import { expect, test } from 'vitest';
import { Documents, type ValidDocument } from '../../../src/graphql/operation/documents.ts';
import { smallSchema } from '../../support/small-schema.ts';

const limits = { maxTokens: 100, maxDepth: 5, maxAliases: 5, maxDirectives: 5 };
const documents = new Documents(smallSchema, limits, true);

function readValid(text: string): ValidDocument {
  const read = documents.read(text);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read;
}

function codesOf(text: string, from = documents): unknown[] {
  const read = from.read(text);
  return 'errors' in read ? read.errors.map(({ extensions }) => extensions['code']) : [];
}

test('a document is parsed and validated once, and kept by its text', () => {
  const first = readValid('{ shop { name } }');
  expect(documents.read('{ shop { name } }')).toBe(first);
  expect(documents.read('{ shop { name }  }')).not.toBe(first);
});

test('its operations and fragments are found, as they were sent and as they are executed', () => {
  const { operations, fragments } = readValid(
    'query A($n: Int) { chats(first: $n) { ...F } } fragment F on Chats { total }',
  );
  expect(operations.map(({ name }) => name)).toEqual(['A']);
  const [operation] = operations;
  const variableOf = (of: 'definition' | 'executable'): unknown =>
    operation?.[of].variableDefinitions?.map(({ variable }) => variable.name.value);
  expect([variableOf('definition'), variableOf('executable')]).toEqual([['n'], ['$n']]);
  expect([...fragments].map(([name, { kind }]) => [name, kind])).toEqual([['F', Kind.FRAGMENT_DEFINITION]]);
});

test('what is no GraphQL, and what the schema does not have, has the code of that', () => {
  expect(codesOf('{ shop {')).toEqual(['GRAPHQL_PARSE_FAILED']);
  expect(codesOf('{ shop { price } nothing }')).toEqual([
    'GRAPHQL_VALIDATION_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
  ]);
});

test.each([
  'added @skip(if: $is) { id }',
  'added @include(if: $is) { id }',
  '... @include(if: $is) { added { id } }',
  '... on Subscription @skip(if: $is) { added { id } }',
  '...F @include(if: $is)',
  '...G',
])('a subscription to { %s }, which depends on a variable, is not valid', (selection) => {
  const fragments = [
    selection.includes('...F') ? 'fragment F on Subscription { added { id } }' : '',
    selection.includes('...G') ? 'fragment G on Subscription { added @skip(if: $is) { id } }' : '',
  ];
  expect(codesOf(`subscription ($is: Boolean!) { ${selection} } ${fragments.join(' ')}`)).toEqual([
    'GRAPHQL_VALIDATION_FAILED',
  ]);
});

test('what is larger than is allowed is refused before it is parsed', () => {
  expect(() => documents.read(`{ ${'shop '.repeat(100)}}`)).toThrow(/more than 100 tokens/);
});

test('the schema is told where introspection is on, and nowhere else', () => {
  const text = '{ __schema { types { name } } }';
  expect(codesOf(text)).toEqual([]);
  expect(codesOf(text, new Documents(smallSchema, limits, false))).toContain('GRAPHQL_VALIDATION_FAILED');
});
