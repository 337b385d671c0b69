import { expect, test } from 'vitest';
import { isJsonObject, readParameters } from '../../../src/graphql/operation/parameters.ts';

const NONE = { query: null, documentId: null, operationName: null, variables: {}, extensions: null };

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{}, {}],
  [{ query: '{ a }', operationName: null, variables: null, extensions: null }, { query: '{ a }' }],
  [
    { query: '{ a }', operationName: 'A', variables: { n: 1 } },
    { query: '{ a }', operationName: 'A', variables: { n: 1 } },
  ],
  [{ documentId: 'sha256:x' }, { documentId: 'sha256:x' }],
  [{ unknown: 1 }, {}],
])('%j is understood', (received, parameters) => {
  expect(readParameters(received)).toEqual({ ...NONE, ...parameters });
});

test('the id of a document may be given in the way of Apollo, and the other way comes first', () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'y' } };
  expect(readParameters({ extensions })).toEqual({ ...NONE, documentId: 'y', extensions });
  expect(readParameters({ documentId: 'x', extensions }).documentId).toBe('x');
});

test('variables are the very object that was sent, with whatever names it has', () => {
  const variables: unknown = JSON.parse('{ "__proto__": 1, "a": 2 }');
  expect(readParameters({ variables }).variables).toBe(variables);
});

test('everything that is of another type is named', () => {
  expect(() => readParameters({ query: 1, variables: [], extensions: 'x', operationName: {} })).toThrow(
    'The request is invalid: "query" must be a string; "operationName" must be a string; "variables" must be an object; "extensions" must be an object.',
  );
});

test.each<[unknown, boolean]>([
  [{}, true],
  [[], false],
  [null, false],
  ['{}', false],
])('whether %j is an object of JSON: %s', (value, isObject) => {
  expect(isJsonObject(value)).toBe(isObject);
});
