import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messagesAhead } from '../../../src/datasources/kit/position.ts';
import type { Order, SourcePosition } from '../../../src/datasources/message-source.ts';

/** What a position means, by its own words. */
function isAhead(sequence: string, position: SourcePosition, order: Order): boolean {
  const { passed } = position;
  if (passed === null) return position.order === order;
  if (sequence === passed) return position.order !== order && !position.isPassedExcluded;
  return order === 'DESC' ? sequence < passed : sequence > passed;
}

test('what lies ahead of a position is found as if each message of its page were looked at', () => {
  const order = fc.constantFrom<Order>('ASC', 'DESC');
  const sequence = fc.string({ maxLength: 2, unit: fc.constantFrom('0', '1', '2') });
  fc.assert(
    fc.property(
      fc.uniqueArray(sequence, { maxLength: 13 }),
      order,
      order,
      fc.option(sequence),
      fc.boolean(),
      fc.option(fc.integer({ min: 1, max: 15 })),
      (sequences, made, read, passed, isPassedExcluded, limit) => {
        const page = sequences.sort().map((each) => ({ sequence: each }));
        const position = { order: made, page: null, passed, isPassedExcluded, watermark: null };
        const ahead = page.filter((message) => isAhead(message.sequence, position, read));
        const expected = read === 'DESC' ? ahead.reverse() : ahead;
        expect(messagesAhead(page, position, read, limit ?? undefined)).toEqual(
          expected.slice(0, limit ?? undefined),
        );
      },
    ),
  );
});
