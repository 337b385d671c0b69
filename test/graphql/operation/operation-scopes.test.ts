import { expect, test } from 'vitest';
import { ANONYMOUS, type Caller, type Scope } from '../../../src/access/caller.ts';
import { readFieldPolicies } from '../../../src/graphql/field-policy.ts';
import { checkScopes } from '../../../src/graphql/operation/operation-scopes.ts';
import { smallSchema, toOperation } from '../../support/small-schema.ts';

const policies = readFieldPolicies(smallSchema);
const callerWith = (...scopes: Scope[]): Caller => ({ ...ANONYMOUS, name: 'bi', scopes: new Set(scopes) });
const check = (text: string, caller: Caller) => (): void => {
  checkScopes(toOperation(text), policies, caller);
};

test('every field that is refused is named once with its scope, wherever it is selected', () => {
  const text = '{ shop { owner again: owner } ...F rows { text } } fragment F on Query { shop { owner } }';
  expect(check(text, callerWith())).toThrow(
    'Your key or token lacks a scope: Shop.owner needs the scope participants:read; Row.text needs the scope messages:read.',
  );
  expect(check(text, callerWith('messages:read'))).toThrow(
    /: Shop\.owner needs the scope participants:read\.$/,
  );
  expect(check(text, callerWith('messages:read', 'participants:read'))).not.toThrow();
});

test('what is masked, what needs no scope, what is skipped and what tells of the schema passes', () => {
  const text = '{ __typename __schema { types { name } } shop { name nickname owner @include(if: false) } }';
  expect(check(text, callerWith())).not.toThrow();
});

test('a field without a policy is a mistake of ours', () => {
  expect(() => {
    checkScopes(toOperation('{ shop { name } }'), new Map(), callerWith());
  }).toThrow('Query.shop has no policy');
});
