import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PositionError } from '../../../src/datasources/kit/position.ts';
import type { SourcePosition } from '../../../src/datasources/message-source.ts';
import { batchLength } from '../../../src/datasources/tencent-chat/batch.ts';
import { Gap } from '../../../src/datasources/tencent-chat/gap.ts';
import {
  parsePlace,
  toOnward,
  toOrdered,
  toPage,
  toPositionBelow,
  toSequence,
  toStart,
  type Anchor,
  type Onward,
  type PlacedMessage,
} from '../../../src/datasources/tencent-chat/paging.ts';
import type { JsonValue } from '../../../src/domain/records.ts';
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

const ASKED = 20;

function onwardOf(wirePage: WirePage, before: Anchor | null, asked = ASKED): number | Onward['end'] {
  const { next, end } = toOnward(wirePage, toOrdered(wirePage, before), before, asked);
  return next?.messageSequence ?? end;
}

function run(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, index) => from + index);
}

describe('the next older page', () => {
  test.each<[string, WirePage, number | Onward['end']]>([
    ['begins before the oldest message, wherever it stands', page([72, 70, 71]), 70],
    ['is there when a full page is complete', page(run(80, 100)), 80],
    ['is there although the page was cut', page(run(90, 100), { isFinished: 0 }), 90],
    ['is there when nothing is said of the end', page(run(90, 100), { isFinished: null }), 90],
    ['is there although LastMsgKey does not fit', page([90, 91], { lastMessageKey: '91_1_1700000091' }), 90],
    ['is not there after a complete page that is short', page(run(90, 100)), 'BEGINNING'],
    ['is there after a short page that has left a number out', page([90, 91, 93, ...run(94, 100)]), 90],
    ['is there after a short page that does not begin where it was asked to', page(run(90, 98)), 90],
    [
      'is there after a short page with an entry that has no place',
      page(run(90, 100), { unplacedCount: 1 }),
      90,
    ],
    [
      'is there after a short page whose LastMsgKey leads on',
      page(run(90, 100), { lastMessageKey: '85_1_1700000085' }),
      90,
    ],
    ['is not there once everything older has expired', page([90], { isFinished: 2 }), 'EXPIRED'],
    ['is not there below the first message', page([1, 2]), 'BEGINNING'],
    ['is not there after an empty page', page([], { lastMessageKey: '50_1_1700000050' }), 'BEGINNING'],
    [
      'begins at LastMsgKey when nothing on the page has a place',
      page([], { unplacedCount: 2, lastMessageKey: '50_1_1700000050' }),
      50,
    ],
    [
      'is not there when LastMsgKey does not lead on',
      page([], { unplacedCount: 2, lastMessageKey: '100_1_1700000100' }),
      'BEGINNING',
    ],
  ])('%s', (_, wirePage, expected) => {
    expect(onwardOf(wirePage, wire(100))).toBe(expected);
  });

  test('is there when all of fewer messages came, because more would have been too large', () => {
    expect(onwardOf(page(run(90, 100)), wire(100), 10)).toBe(90);
    expect(onwardOf(page(run(91, 100)), wire(100), 10)).toBe('BEGINNING');
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
          const { next } = toOnward(wirePage, toOrdered(wirePage, before), before, ASKED);
          expect(next?.messageSequence ?? -1).toBeLessThan(key);
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

  test('is never named as the place to continue from', () => {
    expect(onwardOf(listing([70], [60, 80]), wire(100))).toBe(70);
    expect(onwardOf(listing([], [60], { lastMessageKey: wire(60).messageKey }), wire(100))).toBe(60);
    expect(onwardOf(listing([], [60]), wire(100))).toBe('BEGINNING');
    expect(onwardOf(listing([], [60], { isFinished: 2 }), wire(100))).toBe('EXPIRED');
  });
});

describe('a position', () => {
  test('survives a cursor', () => {
    const before = { messageKey: '71_1_1698741698', messageSequence: 71, sentAt: 1_698_741_698_000 };
    for (const place of [
      { before },
      { before: null },
      { before, moment: 5 },
      { before, span: { from: 60, until: 71 } },
    ]) {
      expect(parsePlace({ page: JSON.parse(JSON.stringify(toPage(place))) as JsonValue })).toEqual(place);
    }
  });

  test.each([
    null,
    'x',
    {},
    { before: 'x' },
    { before: null, moment: 'x' },
    { before: null, span: 5 },
    { from: 1, until: 2, exponent: 3 },
  ])('is refused when its page is %j', (value) => {
    expect(() => parsePlace({ page: value })).toThrow(PositionError);
  });

  test('is refused when it lies nowhere', () => {
    const position = { ...toStart(createWalk('DESC', NOW)), page: { before: null } };
    for (const passed of [null, 'x', 'A/000000000001/0000000001'])
      expect(() => new Gap('A', { ...position, passed })).toThrow(PositionError);
  });

  test('starts at the walk’s first wanted moment', () => {
    expect(toStart(createWalk('DESC', NOW))).toEqual({
      order: 'DESC',
      page: { before: null, moment: NOW + 1 },
      passed: null,
      isPassedExcluded: false,
      watermark: NOW,
    });
    expect(toStart(createWalk('ASC', NOW, { oldest: 7 }))).toMatchObject({
      page: { before: null, moment: 7 },
      watermark: 7,
    });
  });

  // Numbers 3 to 8, of which 5 bears a later time than 6, and 8 an earlier one than 7.
  const stream = [
    [3, 100],
    [4, 103],
    [5, 107],
    [6, 105],
    [7, 120],
    [8, 119],
  ].map(([messageSequence = 0, second = 0]) => ({ messageSequence, sentAt: second * 1000 }));
  const ahead = (position: SourcePosition, order: 'ASC' | 'DESC'): number[] => {
    const gap = new Gap('A', position);
    return stream
      .filter((message) => gap.isAhead(message, order))
      .map(({ messageSequence }) => messageSequence);
  };
  const position = (changes: Partial<SourcePosition>): SourcePosition => ({
    order: 'DESC',
    page: toPage({ before: null }),
    passed: null,
    isPassedExcluded: false,
    watermark: null,
    ...changes,
  });

  test('parts the stream at a moment, by time', () => {
    const start = position({ page: toPage({ before: null, moment: 107_000 }) });
    expect(ahead(start, 'DESC')).toEqual([3, 4, 6]);
    expect(ahead(start, 'ASC')).toEqual([5, 7, 8]);
  });

  test('parts the stream between two batches, by number', () => {
    const between = toPositionBelow(7, null, 'DESC', 0);
    expect(ahead(between, 'DESC')).toEqual([3, 4, 5, 6]);
    expect(ahead(between, 'ASC')).toEqual([7, 8]);
  });

  test('parts a batch by time and the rest of the stream by number', () => {
    const inBatch = position({
      page: toPage({ before: null, span: { from: 4, until: 7 } }),
      passed: toSequence('A', { messageSequence: 6, sentAt: 105_000 }),
    });
    expect(ahead(inBatch, 'DESC')).toEqual([3, 4]);
    expect(ahead(inBatch, 'ASC')).toEqual([5, 6, 7, 8]);
    expect(ahead({ ...inBatch, isPassedExcluded: true }, 'ASC')).toEqual([5, 7, 8]);
    expect(ahead({ ...inBatch, order: 'ASC' }, 'ASC')).toEqual([5, 7, 8]);
  });

  test('of an older version parts the stream at the number that it has passed', () => {
    const old = position({ passed: 'A/0000000005' });
    expect(ahead(old, 'DESC')).toEqual([3, 4]);
    expect(ahead(old, 'ASC')).toEqual([5, 6, 7, 8]);
    expect(ahead({ ...old, isPassedExcluded: true }, 'ASC')).toEqual([6, 7, 8]);
  });

  test('is reached by a page below which nothing can lie ahead', () => {
    const isReached = (at: SourcePosition, messageSequence: number, second: number): boolean =>
      new Gap('A', at).isReachedBy({ messageSequence, sentAt: second * 1000 });
    expect(isReached(toPositionBelow(7, null, 'ASC', 0), 7, 0)).toBe(true);
    expect(isReached(toPositionBelow(7, null, 'ASC', 0), 8, 0)).toBe(false);
    const start = position({ page: toPage({ before: null, moment: 107_000 }) });
    expect(isReached(start, 8, 97)).toBe(false);
    expect(isReached(start, 8, 96)).toBe(true);
  });

  test('sorts by time, then by number and not by digits', () => {
    const at = (messageSequence: number, second: number): string =>
      toSequence('A', { messageSequence, sentAt: second * 1000 });
    expect([at(4_294_967_295, 8), at(1, 99_999_999_999), at(10, 9), at(9, 9), at(10, 8)].sort()).toEqual([
      'A/000000000008/0000000010',
      'A/000000000008/4294967295',
      'A/000000000009/0000000009',
      'A/000000000009/0000000010',
      'A/099999999999/0000000001',
    ]);
  });
});

describe('a batch', () => {
  /** Nearest to the gap first, as it is read. */
  const lengthOf = (order: 'ASC' | 'DESC', ...seconds: number[]): number =>
    batchLength(
      seconds.map((second, index) => ({
        messageSequence: order === 'DESC' ? 100 - index : index,
        sentAt: second * 1000,
      })),
      order,
    );

  test('ends where all that follows is further away in time too', () => {
    expect(lengthOf('DESC')).toBe(0);
    expect(lengthOf('DESC', 500)).toBe(0);
    expect(lengthOf('DESC', 500, 491)).toBe(0);
    expect(lengthOf('DESC', 500, 490)).toBe(1);
    expect(lengthOf('DESC', 500, 504, 300, 303, 200)).toBe(4);
    expect(lengthOf('DESC', 300, 504, 500, 200)).toBe(3);
    expect(lengthOf('ASC', 100, 109)).toBe(0);
    expect(lengthOf('ASC', 100, 97, 110)).toBe(2);
    expect(lengthOf('ASC', 100, 120, 117, 125)).toBe(1);
    expect(lengthOf('ASC', 100, 100, 100, 110)).toBe(3);
  });
});
