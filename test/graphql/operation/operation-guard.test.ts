import { executeSync } from 'graphql';
import { expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import { readFieldPolicies } from '../../../src/graphql/field-policy.ts';
import {
  OperationGuard,
  TooCostlyError,
  type Verdict,
} from '../../../src/graphql/operation/operation-guard.ts';
import { smallSchema } from '../../support/small-schema.ts';

const limits = {
  maxTokens: 100,
  maxDepth: 6,
  maxAliases: 5,
  maxDirectives: 5,
  maxPageSize: 100,
  maxRows: 1_000,
  maxCalls: 10,
  maxItems: 100,
};
const guard = new OperationGuard(smallSchema, readFieldPolicies(smallSchema), limits, true);
const check = (query: string, variables: Record<string, unknown> = {}, caller: Caller = ANONYMOUS): Verdict =>
  guard.check({ query, operationName: null, variables }, caller);

test('what is admitted is executed with the very values that were checked', () => {
  const { operation, document } = check('query ($n: Int = 3) { chats(first: $n) { total } }');
  expect(document?.definitions).toHaveLength(1);
  expect(operation?.variableValues).toEqual({ $n: 3 });
  if (!operation) throw new Error('It was refused');
  const chats = ({ first }: { first: number }): { total: number } => ({ total: first });
  expect(executeSync({ ...operation, rootValue: { chats } })).toEqual({ data: { chats: { total: 3 } } });
});

test('a document of several operations needs the name of one', () => {
  const query = 'query A { shop { name } } query B { named { name } }';
  const named = guard.check({ query, operationName: 'B', variables: {} }, ANONYMOUS);
  expect(named.operation?.operationName).toBe('B');
  for (const operationName of [null, 'C']) {
    const verdict = guard.check({ query, operationName, variables: {} }, ANONYMOUS);
    expect(verdict).toMatchObject({
      operation: null,
      errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    });
  }
});

test('what is not valid is told in GraphQL’s words, a variable that cannot be coerced too', () => {
  expect(check('{ nothing }')).toMatchObject({ operation: null, document: null });
  expect(check('query ($n: Int) { chats(first: $n) { total } }', { n: 'x' })).toMatchObject({
    operation: null,
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('what is admitted has its cost, each time', () => {
  const query = 'query ($n: Int) { chats(first: $n) { nodes { name } } }';
  for (const [n, calls] of [
    [3, 2],
    [5, 2],
    [3, 2],
  ])
    expect(check(query, { n })).toMatchObject({ cost: { calls, maxCalls: 10, rows: n, maxRows: 100 } });
});

test('what costs too much is refused with its cost', () => {
  const refused = (): unknown =>
    check('{ chats(first: 40) { nodes { chats(first: 3) { nodes { name } } } } }');
  expect(refused).toThrow(TooCostlyError);
  expect(refused).toThrow(
    expect.objectContaining({
      code: 'QUERY_TOO_COMPLEX',
      cost: { calls: 122, maxCalls: 10, rows: 160, maxRows: 100 },
    }) as Error,
  );
});

test('a field that the caller may not be shown is refused by its name and its scope', () => {
  const caller: Caller = { ...ANONYMOUS, name: 'bi', scopes: new Set(['messages:read']) };
  expect(() => check('{ shop { owner } }', {}, caller)).toThrow(
    /Shop\.owner needs the scope participants:read/,
  );
  expect(check('{ shop { nickname } }', {}, caller).operation).not.toBeNull();
});

test('an operation of a kind that the schema does not have is refused', () => {
  expect(() => check('mutation { shop }')).toThrow();
});
