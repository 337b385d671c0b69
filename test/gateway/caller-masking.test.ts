import { expect, test } from 'vitest';
import { ANONYMOUS, type Caller, type Scope } from '../../src/access/caller.ts';
import { createCallerMasking, type CallerMasking } from '../../src/gateway/caller-masking.ts';
import type { FieldPolicies } from '../../src/access/field-policy.ts';

const policies: FieldPolicies = new Map([
  ['Person.role', { scope: null, isMasked: false, isText: true }],
  ['Person.name', { scope: 'participants:read', isMasked: true, isText: true }],
  ['Person.age', { scope: 'participants:read', isMasked: true, isText: false }],
  ['Person.url', { scope: 'messages:secrets', isMasked: true, isText: true }],
  ['Person.secret', { scope: 'messages:secrets', isMasked: false, isText: true }],
]);
const mask = (text: string): string => `hidden-${text.length}`;
const maskingFor = (...scopes: Scope[]): CallerMasking => {
  const caller: Caller = { ...ANONYMOUS, name: 'bi', scopes: new Set(scopes) };
  return createCallerMasking(caller, mask, policies);
};
const person = {
  role: 'AGENT',
  name: 'Mei',
  age: 30,
  url: 'https://x.example/a?sig=1',
  secret: 'key',
  unknown: 'anything',
  left: undefined,
};

test('fields are shown as their policies say, and one that the schema does not have like a name', () => {
  expect(maskingFor('messages:read').fields('Person', person)).toEqual({
    role: 'AGENT',
    name: 'hidden-3',
    age: null,
    url: null,
    secret: null,
    unknown: 'hidden-8',
    left: undefined,
  });
  expect(maskingFor('participants:read', 'messages:secrets').fields('Person', person)).toEqual(person);
});

test('every caller who may read messages sees a text, but not the name on a contact card', () => {
  const card = { kind: 'CONTACT_CARD', text: 'Mei' } as const;
  const { text } = maskingFor('messages:read');
  expect([text({ kind: 'TEXT', text: 'Hi Mei' }), text(card), text({ ...card, text: null })]).toEqual([
    'Hi Mei',
    'hidden-3',
    null,
  ]);
  expect(maskingFor('participants:read').text(card)).toBe('Mei');
});

test('what a provider sent is shown without credentials to those who may not have them', () => {
  const raw = { list: ['see https://u:p@x.example/a?sig=1 now'], count: 1 };
  expect(maskingFor('messages:read').raw(raw)).toEqual({ list: ['see https://x.example/a now'], count: 1 });
  expect(maskingFor('messages:secrets').raw(raw)).toEqual(raw);
});
