import { expect, test } from 'vitest';
import { isComplete, lacksPart } from '../../src/archive/archive-lack.ts';

const state = {
  since: 10,
  coverage: [
    { since: 5, until: 20 },
    { since: 30, until: 60 },
  ],
  gaps: [{ since: 20, until: 30 }],
};

test.each([
  ['within what is covered', { since: 30, until: 60 }, null, true],
  ['within what was kept before the archive began later', { since: 5, until: 20 }, null, true],
  ['empty', { since: 25, until: 25 }, null, true],
  ['over what has not settled', { since: 40, until: 90 }, null, false],
  ['of nothing but what has not settled', { since: 60, until: 90 }, null, false],
  ['over a gap', { since: 12, until: 50 }, { since: 30, until: 50 }, false],
  ['within a gap', { since: 21, until: 25 }, null, false],
  ['older than anything', { since: 0, until: 12 }, { since: 5, until: 12 }, false],
])('a span %s', (name, span, complete, isWhole) => {
  expect(isComplete(state, span)).toBe(isWhole);
  const isFine = isWhole || name.includes('settled');
  expect(lacksPart(state, span)).toEqual(isFine ? null : { complete });
});
