import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterMessage, messagesAhead } from '../../../src/datasources/kit/position.ts';
import type { Order, SourcePosition } from '../../../src/datasources/message-source.ts';
import { toBound, toSequence, toStart, type Place } from '../../../src/datasources/wecom/paging.ts';
import { createWalk } from '../../support/walk-source.ts';

const places = fc
  .uniqueArray(fc.record({ sendTime: fc.integer({ min: 1, max: 9 }), rank: fc.nat(12) }), {
    selector: toSequence,
  })
  .map((list) => list.sort(compare));
const orders = fc.constantFrom('ASC' as const, 'DESC' as const);

function compare(a: Place, b: Place): number {
  return a.sendTime - b.sendTime || a.rank - b.rank;
}

/** What a query with the bound finds. */
function beyond(all: Place[], bound: Place, order: 'ASC' | 'DESC'): Place[] {
  const found = all.filter((place) =>
    order === 'ASC' ? compare(place, bound) > 0 : compare(place, bound) < 0,
  );
  return order === 'ASC' ? found : found.reverse();
}

function afterPlace(place: Place, order: Order): SourcePosition {
  return afterMessage(null, { sequence: toSequence(place), sentAt: place.sendTime * 1000 }, order);
}

describe('paging through the archive', () => {
  test('sequences are in the order of places', () => {
    fc.assert(
      fc.property(places, (all) => {
        const sequences = all.map(toSequence);
        expect([...sequences].sort()).toEqual(sequences);
      }),
    );
  });

  test('a position divides messages as every position does, in its own order and turned', () => {
    fc.assert(
      fc.property(
        places.filter((all) => all.length > 0),
        fc.nat(),
        orders,
        orders,
        fc.boolean(),
        (all, index, made, read, isPassedExcluded) => {
          const place = all[index % all.length] ?? { sendTime: 0, rank: 0 };
          const position: SourcePosition = { ...afterPlace(place, made), isPassedExcluded };
          const page = all.map((each) => ({ ...each, sequence: toSequence(each) }));
          expect(beyond(all, toBound(position, read), read).map(toSequence)).toEqual(
            messagesAhead(page, position, read).map(({ sequence }) => sequence),
          );
        },
      ),
    );
  });

  test('a start has the messages inside the bounds ahead of it, and the others behind', () => {
    fc.assert(
      fc.property(places, orders, fc.nat(12_000), fc.nat(12_000), (all, order, one, other) => {
        const walk = createWalk(order, 0, { oldest: Math.min(one, other), newest: Math.max(one, other) });
        const start = toStart(walk);
        const isAhead = ({ sendTime }: Place): boolean =>
          order === 'ASC' ? sendTime * 1000 >= walk.oldest : sendTime * 1000 <= walk.newest;
        const ahead = beyond(all, toBound(start, order), order);
        expect(ahead.sort(compare)).toEqual(all.filter(isAhead));
        const turn = order === 'ASC' ? 'DESC' : 'ASC';
        const behind = beyond(all, toBound(start, turn), turn);
        expect(behind.sort(compare)).toEqual(all.filter((place) => !isAhead(place)));
      }),
    );
  });

  test('an open end starts beyond everything', () => {
    const all = [
      { sendTime: 1, rank: 0 },
      { sendTime: 1_700_000_000, rank: 5 },
    ];
    for (const order of ['ASC', 'DESC'] as const) {
      const start = toStart(createWalk(order, 0, { oldest: -Infinity, newest: Infinity }));
      expect(beyond(all, toBound(start, order), order)).toHaveLength(2);
      const edge: SourcePosition = { ...start, passed: null };
      expect(beyond(all, toBound(edge, order), order)).toHaveLength(2);
      const turn = order === 'ASC' ? 'DESC' : 'ASC';
      expect(beyond(all, toBound(edge, turn), turn)).toHaveLength(0);
    }
  });

  test.each([
    [{ page: 7 }],
    [{ page: { cursor: 'x' } }],
    [{ passed: '' }],
    [{ passed: '1700000000' + '.1' }],
    [{ passed: '-170000000.00000001' }],
  ])('refuses a position that it did not make: %j', (change) => {
    const position = { ...afterPlace({ sendTime: 1, rank: 0 }, 'ASC'), ...change };
    expect(() => toBound(position, 'ASC')).toThrow('WeCom archive');
  });
});
