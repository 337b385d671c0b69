import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTokens } from '../../../src/store/sql/archive/terms.ts';
import { createVault } from '../../../src/store/vault.ts';
import { runs } from '../../support/runs.ts';

const KEY = createSecretKey(randomBytes(32));
const TERM = fc.string({
  unit: fc.constantFrom('z', 'Z', 'x', '4', '1', ':', '\0', ' ', 'é', '退', '😀'),
  maxLength: 40,
});
const SOURCE = fc.integer({ min: 1, max: 30 });

test.each([null, KEY])(
  'two terms never have one token, and a token is one word of small letters (key: %s)',
  (key) => {
    const toToken = createTokens(createVault(key));
    fc.assert(
      fc.property(SOURCE, TERM, SOURCE, TERM, (source, term, otherSource, other) => {
        const token = toToken(source, term);
        expect(token).toMatch(/^[a-z0-9\u0080-\u{10FFFF}]{3,80}$|^\d+x$/u);
        const isSame = source === otherSource && term === other;
        expect(token === toToken(otherSource, other)).toBe(isSame);
      }),
      { numRuns: runs(3_000) },
    );
  },
);

test('tokens are what is stored, so they stay as they are', () => {
  const toToken = createTokens(createVault(null));
  expect(['退款', 'p:Ann', '', 'x'.repeat(65)].map((term) => toToken(12, term))).toEqual([
    '12x退款',
    '12xpz3az41nn',
    '12x',
    '12xzz8u0xuemfr15zbxp49dq54md4l',
  ]);
});
