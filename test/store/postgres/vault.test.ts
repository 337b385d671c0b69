import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPostgresVault } from '../../../src/store/postgres/vault.ts';

const TEXTS = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\\', '0', '\uFEFF'), fc.string({ maxLength: 1 })),
});
const vaults = [createPostgresVault(null), createPostgresVault(createSecretKey(randomBytes(32)))];

test('keys are texts without U+0000, equal only where the keys are, and open again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...vaults), TEXTS, TEXTS, (vault, one, other) => {
      const seal = vault.key('inbox.key');
      const sealed = seal.seal(one);
      expect(sealed).toBeTypeOf('string');
      expect(sealed).not.toContain('\0');
      expect(seal.open(sealed)).toBe(one);
      expect(seal.seal(other) === sealed).toBe(other === one);
    }),
  );
});

test('values are bytes, and open again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...vaults), TEXTS, (vault, text) => {
      const seal = vault.value('inbox.payload');
      const sealed = seal.seal(text);
      expect(sealed).toBeInstanceOf(Uint8Array);
      expect(seal.open(sealed)).toBe(text);
    }),
  );
});

test('what is not bytes, or no text in them, is not taken for a value', () => {
  const seal = createPostgresVault(null).value('inbox.payload');
  expect(() => seal.open('text')).toThrow('a value that is not bytes');
  expect(() => seal.open(null)).toThrow('a value that is not bytes');
  expect(() => seal.open(Uint8Array.of(0xff))).toThrow(TypeError);
});
