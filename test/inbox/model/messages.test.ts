import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addMessages,
  deliveryStatusOf,
  findQuoted,
  groupByDay,
  withDeliveryStatus,
} from '../../../inbox/model/messages.ts';
import { at, createMessage } from '../../support/inbox-messages.ts';
import { runs } from '../../support/runs.ts';

/** A history, oldest first, in which several messages were sent at the same moment. */
const history = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 }).map((steps) => {
  let minute = 0;
  return steps.map((step, index) => createMessage({ id: `m${index}`, sentAt: at((minute += step)) }));
});

test('read in pages from any message on, backward and forward, in any mixture, a history is the same', () => {
  fc.assert(
    fc.property(
      history,
      fc.nat(),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.boolean()),
      (all, from, size, turns) => {
        const start = from % (all.length + 1);
        let [first, end, read] = [start, start, addMessages([], [], 'before')];
        // The rest is read at the end, whichever way is open.
        for (const isBackward of [
          ...turns,
          ...Array<boolean>(50).fill(true),
          ...Array<boolean>(50).fill(false),
        ]) {
          if (isBackward) {
            read = addMessages(read, all.slice(Math.max(0, first - size), first), 'before');
            first = Math.max(0, first - size);
          } else {
            read = addMessages(read, all.slice(end, end + size), 'after');
            end = Math.min(all.length, end + size);
          }
          expect(read).toEqual(all.slice(first, end));
        }
        expect(read).toEqual(all);
      },
    ),
    { numRuns: runs(300) },
  );
});

test('what comes twice is there once, as it was read last, in the order of the page that has it', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => createMessage({ id }));
  const recalled = createMessage({ id: 'b', availability: 'RECALLED' });
  const live = [c, b, a].filter((one) => one !== undefined);
  const page = [a, recalled, c].filter((one) => one !== undefined);
  expect(addMessages(live, page, 'after')).toEqual(page);
});

test('one that was sent earlier than others and comes after them stands where it was sent', () => {
  const [first, delayed, last] = [1, 2, 3].map((minute) =>
    createMessage({ id: `m${minute}`, sentAt: at(minute) }),
  );
  const known = [first, last].filter((one) => one !== undefined);
  const added = [delayed].filter((one) => one !== undefined);
  expect(addMessages(known, added, 'after').map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
});

test('days begin with their first message, and have all of them', () => {
  const messages = [0, 1, 1_440, 1_441, 4_320].map((minute) =>
    createMessage({ id: `${minute}`, sentAt: at(minute) }),
  );
  const days = groupByDay(messages, (moment) => moment.slice(0, 10));
  expect(days.map(({ startsAt, messages: ofDay }) => [startsAt, ofDay.length])).toEqual([
    [at(0), 2],
    [at(1_440), 2],
    [at(4_320), 1],
  ]);
  expect(groupByDay([], () => '')).toEqual([]);
});

test('a delivery status reaches the message by either id, and no other', () => {
  const messages = ['a', 'b'].map((id) => createMessage({ id, deliveryStatus: null }));
  const statuses = (ids: string[]): unknown[] =>
    withDeliveryStatus(messages, ids, 'READ').map(deliveryStatusOf);
  expect(statuses(['a'])).toEqual(['READ', null]);
  expect(statuses(['W-b'])).toEqual([null, 'READ']);
  expect(statuses(['c', 'W-c'])).toEqual([null, null]);
  const others = [createMessage()];
  expect(withDeliveryStatus(others, ['m1'], 'READ')).toEqual(others);
});

test("a quoted message is found by the provider's id, in history or from webhooks", () => {
  const messages = [
    createMessage({ id: 'a', nativeId: '17' }),
    createMessage({ id: 'b', deliveryStatus: 'SENT' }),
  ];
  expect(findQuoted(messages, '17')?.id).toBe('a');
  expect(findQuoted(messages, 'W-b')?.id).toBe('b');
  expect(findQuoted(messages, '18')).toBeUndefined();
});
