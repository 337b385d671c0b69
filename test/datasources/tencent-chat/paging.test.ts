import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parsePlace,
  reachesDownTo,
  toAhead,
  toNextAnchor,
  toOrdered,
  toPage,
  toPositionAfter,
  toSequence,
  toStart,
  type Anchor,
  type PlacedMessage,
} from '../../../src/datasources/tencent-chat/paging.ts';
import type { JsonValue } from '../../../src/datasources/records.ts';
import type { WirePage } from '../../../src/datasources/tencent-chat/wire.ts';
import { createWalk } from '../../support/walk-source.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

function wire(messageSequence: number): PlacedMessage & Anchor {
  const seconds = 1_700_000_000 + messageSequence;
  return {
    messageSequence,
    messageKey: `${messageSequence}_1_${seconds}`,
    sentAt: seconds * 1000,
    fromAccount: null,
    placeholder: 0,
    elements: [],
  };
}

function page(sequences: number[], changes: Partial<WirePage> = {}): WirePage {
  return { messages: sequences.map(wire), unplacedCount: 0, isFinished: 1, lastMessageKey: null, ...changes };
}

function nextOf(wirePage: WirePage, before: Anchor | null): number | undefined {
  return toNextAnchor(wirePage, toOrdered(wirePage, before), before)?.messageSequence;
}

describe('the next older page', () => {
  test.each<[string, WirePage, number | undefined]>([
    ['begins before the oldest message, wherever it stands', page([72, 70, 71]), 70],
    ['is there although the range is complete and short', page([90], { isFinished: 1 }), 90],
    ['is there although the page was cut', page([90], { isFinished: 0 }), 90],
    ['is there although LastMsgKey does not fit', page([90, 91], { lastMessageKey: '91_1_1700000091' }), 90],
    ['is not there once everything older has expired', page([90], { isFinished: 2 }), undefined],
    ['is not there below the first message', page([1, 2]), undefined],
    ['is not there after an empty page', page([], { lastMessageKey: '50_1_1700000050' }), undefined],
    [
      'begins at LastMsgKey when nothing on the page has a place',
      page([], { unplacedCount: 2, lastMessageKey: '50_1_1700000050' }),
      50,
    ],
    [
      'is not there when LastMsgKey does not lead on',
      page([], { unplacedCount: 2, lastMessageKey: '100_1_1700000100' }),
      undefined,
    ],
  ])('%s', (_, wirePage, expected) => {
    expect(nextOf(wirePage, wire(100))).toBe(expected);
  });

  test('is always older than the page, whatever the provider lists', () => {
    const sequences = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 25 });
    fc.assert(
      fc.property(
        sequences,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 2 }),
        (list, key, isFinished) => {
          const before = wire(key);
          const wirePage = page(list, { isFinished, lastMessageKey: wire(key).messageKey, unplacedCount: 1 });
          const ordered = toOrdered(wirePage, before).map(({ messageSequence }) => messageSequence);
          expect(ordered).toEqual(
            [...new Set(list)].filter((sequence) => sequence < key).sort((a, b) => a - b),
          );
          expect(nextOf(wirePage, before) ?? -1).toBeLessThan(key);
        },
      ),
    );
  });
});

describe('a hole without a time', () => {
  const hole = (messageSequence: number) => ({ ...wire(messageSequence), messageKey: null, sentAt: null });
  const timesOf = (wirePage: WirePage, before: Anchor | null): [number, number][] =>
    toOrdered(wirePage, before).map(({ messageSequence, sentAt }) => [messageSequence, sentAt]);
  const listing = (sequences: number[], holes: number[], changes: Partial<WirePage> = {}): WirePage => {
    const { messages } = page(sequences);
    return { ...page([]), messages: [...holes.map(hole), ...messages], ...changes };
  };

  test('takes the time of the next older message, else of the next newer one, else of what the page begins before', () => {
    expect(timesOf(listing([70, 80], [60, 72, 71, 90]), wire(100))).toEqual([
      [60, wire(70).sentAt],
      [70, wire(70).sentAt],
      [71, wire(70).sentAt],
      [72, wire(70).sentAt],
      [80, wire(80).sentAt],
      [90, wire(80).sentAt],
    ]);
    expect(timesOf(listing([], [60]), wire(100))).toEqual([[60, wire(100).sentAt]]);
    expect(timesOf(listing([], [60], { lastMessageKey: wire(59).messageKey }), null)).toEqual([
      [60, wire(59).sentAt],
    ]);
    expect(timesOf(listing([], [60]), null)).toEqual([]);
  });

  test('is never named as the place to go on from', () => {
    expect(nextOf(listing([70], [60, 80]), wire(100))).toBe(70);
    expect(nextOf(listing([], [60], { lastMessageKey: wire(60).messageKey }), wire(100))).toBe(60);
    expect(nextOf(listing([], [60]), wire(100))).toBeUndefined();
    expect(nextOf(listing([], [60], { isFinished: 2 }), wire(100))).toBeUndefined();
  });
});

describe('a position', () => {
  test('survives a cursor', () => {
    const before = { messageKey: '71_1_1698741698', messageSequence: 71, sentAt: 1_698_741_698_000 };
    for (const place of [{ before }, { before: null }, { before, moment: 5 }]) {
      expect(parsePlace(JSON.parse(JSON.stringify(toPage(place))) as JsonValue)).toEqual(place);
    }
  });

  test.each([null, 'x', {}, { before: 'x' }, { before: null, moment: 'x' }])(
    'is refused when it is %j',
    (value) => {
      expect(() => parsePlace(value)).toThrow('Not a native page of an official account');
    },
  );

  test('starts at the walk’s first wanted moment', () => {
    expect(toStart(createWalk('DESC', NOW))).toEqual({
      order: 'DESC',
      page: { before: null, moment: NOW + 1 },
      passed: null,
      isPassedExcluded: false,
      horizon: NOW,
    });
    expect(toStart(createWalk('ASC', NOW, { oldest: 7 }))).toMatchObject({
      page: { before: null, moment: 7 },
      horizon: 7,
    });
  });

  test('splits a page into what lies ahead in one order and in the other', () => {
    const records = [3, 4, 5, 6].map((n) => ({ sequence: toSequence('A', n), sentAt: wire(n).sentAt, n }));
    const at = (n: number): { sequence: string; sentAt: number } => ({
      sequence: toSequence('A', n),
      sentAt: wire(n).sentAt,
    });
    const numbers = (list: { n: number }[]): number[] => list.map(({ n }) => n);
    const start = { ...toStart(createWalk('DESC', NOW)), page: { before: null, moment: wire(5).sentAt } };
    expect(numbers(toAhead(records, start, 'DESC'))).toEqual([4, 3]);
    expect(numbers(toAhead(records, start, 'ASC'))).toEqual([5, 6]);
    const position = toPositionAfter(at(5), null, 'DESC', 0);
    expect(numbers(toAhead(records, position, 'DESC'))).toEqual([4, 3]);
    expect(numbers(toAhead(records, position, 'ASC'))).toEqual([5, 6]);
    expect(numbers(toAhead(records, { ...position, isPassedExcluded: true }, 'ASC'))).toEqual([6]);
  });

  test('is reached by a page that leaves no message out between the two', () => {
    const records = [3, 4].map((n) => ({ sequence: toSequence('A', n), sentAt: wire(n).sentAt }));
    const after = (n: number): ReturnType<typeof toPositionAfter> =>
      toPositionAfter({ sequence: toSequence('A', n), sentAt: 0 }, null, 'ASC', 0);
    expect(reachesDownTo(records, after(3))).toBe(true);
    expect(reachesDownTo(records, after(2))).toBe(false);
    expect(reachesDownTo([], after(2))).toBe(false);
    const start = (moment: number): ReturnType<typeof toStart> =>
      toStart(createWalk('ASC', NOW, { oldest: moment }));
    expect(reachesDownTo(records, start(wire(3).sentAt))).toBe(false);
    expect(reachesDownTo(records, start(wire(3).sentAt + 1))).toBe(true);
  });

  test('sorts by number, not by digits', () => {
    expect([toSequence('A', 4_294_967_295), toSequence('A', 9), toSequence('A', 10)].sort()).toEqual([
      'A/0000000009',
      'A/0000000010',
      'A/4294967295',
    ]);
  });
});
