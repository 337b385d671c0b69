import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesSearch, toSearch } from '../../src/domain/search.ts';
import { tokensOf, tokensOfSearch } from '../../src/domain/search-tokens.ts';
import { runs } from '../support/runs.ts';
import { textAndSearch } from '../support/searched-texts.ts';

test('words are tokens, and of words that nothing separates each character and each pair', () => {
  expect(tokensOf('我要退款, Refund 12 refund')).toEqual([
    '我',
    '要',
    '退',
    '款',
    '我要',
    '要退',
    '退款',
    'refund',
    '12',
  ]);
  expect(tokensOf('。, !')).toEqual([]);
});

test.each([
  ['退', ['退']],
  ['退款', ['退款']],
  ['我要退款', ['我要', '要退', '退款']],
  ['Refund 退', ['refund', '退']],
  ['👍🏽', ['👍🏽']],
])('%j is searched for by %j', (search, tokens) => {
  expect(tokensOfSearch(toSearch(search))).toEqual(tokens);
});

test('what matches has all tokens of the search', () => {
  let found = 0;
  fc.assert(
    fc.property(textAndSearch(), ([text, search]) => {
      const words = toSearch(search);
      if (words.length === 0 || !matchesSearch(text, words)) return;
      found++;
      const tokens = tokensOf(text);
      for (const token of tokensOfSearch(words)) expect(tokens).toContain(token);
    }),
    { numRuns: runs(6_000) },
  );
  expect(found).toBeGreaterThan(500);
});

test('a search of many words is searched for by some of them', () => {
  const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
  expect(tokensOfSearch(toSearch(words))).toHaveLength(12);
});

test('a text with thousands of words has no tokens', () => {
  const text = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');
  expect(tokensOf(text(4_000))).toHaveLength(4_000);
  expect(tokensOf(text(4_001))).toBeNull();
});
