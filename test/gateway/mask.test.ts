import { expect, test } from 'vitest';
import type { FieldPolicy } from '../../src/access/field-policy.ts';
import { createMask, maskers, maskValue } from '../../src/gateway/mask.ts';

const mask = createMask(Buffer.alloc(32, 1));
const person: FieldPolicy = { scope: 'participants:read', isMasked: true, isText: true };

test('equal texts have equal masks under one secret, and nothing of a text shows', () => {
  const masked = mask('+4915112345678');
  expect(masked).toMatch(/^hidden-[\w-]{16}$/);
  expect(createMask(Buffer.alloc(32, 1))('+4915112345678')).toBe(masked);
  expect(createMask(Buffer.alloc(32, 2))('+4915112345678')).not.toBe(masked);
  expect(mask('+4915112345679')).not.toBe(masked);
});

test.each<[string, unknown, Partial<FieldPolicy>, unknown]>([
  ['a text', 'Mei', {}, mask('Mei')],
  ['a list of texts', ['Mei', null], {}, [mask('Mei'), null]],
  ['a number', 30, { isText: false }, null],
  ['what is no text where a text belongs', 30, {}, null],
  ['what is not masked', 'Mei', { isMasked: false }, null],
  ['what needs no scope', 'Mei', { scope: null }, 'Mei'],
  ['what there is no mask for', 'Mei', { scope: 'export' }, null],
  ['a signed URL', 'https://x.example/a?sig=1', { scope: 'messages:secrets' }, null],
  ['a plain URL', 'https://x.example/a', { scope: 'messages:secrets' }, 'https://x.example/a'],
])('%s is shown as it may be', (_, value, changes, shown) => {
  expect(maskValue(value, { ...person, ...changes }, mask)).toEqual(shown);
});

test('only what is masked has a mask', () => {
  expect(Object.keys(maskers).sort()).toEqual(['messages:secrets', 'participants:read']);
});
