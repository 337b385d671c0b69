import { expect, test } from 'vitest';
import { longestChain } from '../../bench/chain.ts';

test('calls that were under way together count once, and one after the other they count each', () => {
  expect(longestChain([], 50)).toBe(0);
  expect(longestChain([0, 10, 49, 47], 50)).toBe(2);
  expect(longestChain([100, 0, 50], 50)).toBe(3);
});

test('a call that came before the answer to the first, and one after it, are one chain with it', () => {
  expect(longestChain([0, 20, 60], 50)).toBe(2);
});
