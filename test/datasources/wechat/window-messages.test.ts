import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messagesAhead } from '../../../src/datasources/kit/position.ts';
import type { Order } from '../../../src/datasources/message-source.ts';
import { withDigest } from '../../../src/datasources/wechat/record-order.ts';
import { toSecondPrefix } from '../../../src/datasources/wechat/sequence.ts';
import { toMessages } from '../../../src/datasources/wechat/to-message.ts';
import { WindowMessages } from '../../../src/datasources/wechat/window-messages.ts';

const account = { channel: 'shop', appId: 'wx1' };
const blank = { openId: 'o', operationCode: 2003, text: '', worker: '', raw: null };

test('a window that is mapped in blocks has the messages ahead of every position that it has as a whole', () => {
  const window = fc
    .array(fc.record({ time: fc.integer({ min: 1, max: 40 }), count: fc.constantFrom(1, 3, 150, 450) }), {
      maxLength: 8,
    })
    .map((seconds) =>
      seconds
        .sort((a, b) => a.time - b.time)
        .flatMap(({ time, count }) => Array.from({ length: count }, () => withDigest({ ...blank, time }))),
    );
  const order = fc.constantFrom<Order>('ASC', 'DESC');
  fc.assert(
    fc.property(
      window,
      fc.boolean(),
      order,
      order,
      fc.boolean(),
      fc.oneof(fc.constant(null), fc.nat(2_000), fc.integer({ min: 1, max: 41 }).map(toSecondPrefix)),
      fc.integer({ min: 1, max: 700 }),
      (records, isShuffled, made, read, isPassedExcluded, at, limit) => {
        const all = toMessages({ records, isShuffled }, account);
        const passed = typeof at === 'number' ? (all[at % all.length]?.sequence ?? null) : at;
        const gap = { order: made, page: null, passed, isPassedExcluded, watermark: null };
        const ahead = messagesAhead(all, gap, read);
        expect(new WindowMessages({ records, isShuffled }, account).ahead(gap, read, limit)).toEqual({
          messages: ahead.slice(0, limit),
          isLast: ahead.length <= limit,
        });
      },
    ),
  );
});

test('a message that is read again is kept, and found around its second', () => {
  const records = Array.from({ length: 900 }, (_, index) => withDigest({ ...blank, time: 1 + index }));
  const window = new WindowMessages({ records, isShuffled: false }, account);
  const once = window.around(450);
  const [message] = window.around(450).filter(({ sentAt }) => sentAt === 450_000);
  expect(message).toMatchObject({ sentAt: 450_000, channel: 'shop' });
  const gap = {
    order: 'ASC',
    page: null,
    passed: toSecondPrefix(450),
    isPassedExcluded: true,
    watermark: null,
  } as const;
  expect(window.ahead(gap, 'ASC', 1).messages[0]).toBe(message);
  expect(once).toContainEqual(message);
  expect(once).not.toContain(message);
  expect(window.around(0)).toEqual([]);
});
