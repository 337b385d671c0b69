import { expect, test } from 'vitest';
import { completeUntil, isComplete, lacksPart } from '../../src/archive/archive-lack.ts';

const state = {
  since: 10,
  coverage: [
    { since: 5, until: 20 },
    { since: 30, until: 60 },
  ],
  gaps: [{ since: 20, until: 30 }],
  expired: [],
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
  expect(lacksPart(state, span)).toEqual(isFine ? null : { complete, hasExpired: false });
});

test.each([
  ['where all had expired', { since: 20, until: 30 }, null],
  ['where a part had expired', { since: 0, until: 100 }, { since: 90, until: 100 }],
  ['behind it', { since: 90, until: 110 }, undefined],
])('what had expired before it could be kept is lacking: %s', (_, span, complete) => {
  const expired = [{ since: 10, until: 90 }];
  const found = lacksPart({ since: 0, coverage: [{ since: 90, until: 100 }], gaps: [], expired }, span);
  expect(found).toEqual(complete === undefined ? null : { complete, hasExpired: true });
});

test.each([
  [0, 20],
  [19, 20],
  [25, 25],
  [30, 70],
  [79, 79],
  [80, Infinity],
])('from %i on, what is kept is complete until %d', (moment, expected) => {
  expect(completeUntil({ gaps: state.gaps, expired: [{ since: 70, until: 80 }] }, moment)).toBe(expected);
});
