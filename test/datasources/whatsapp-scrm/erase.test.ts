import { expect, test } from 'vitest';
import { subjectOf } from '../../../src/datasources/whatsapp-scrm/push/record-items.ts';
import { peopleInMessageId } from '../../../src/datasources/whatsapp-scrm/whatsapp-id.ts';

const NOW = Date.UTC(2026, 2, 20);
const MONTH_MS = 30 * 86_400_000;

test.each([
  ['true_4915112345678@c.us_3EB0', ['4915112345678']],
  ['false_120363021234567890@g.us_3EB0_4915112345678:12@c.us', ['4915112345678']],
  ['false_120363021234567890@g.us_3EB0_77@lid', ['77@lid']],
  ['3EB0C431C26A1916E07A', []],
])('an id of a message names people: %s', (id, people) => {
  expect(peopleInMessageId(id)).toEqual(people);
});

test('a status tells of who is in the id, in a message that was sent a month before or later', () => {
  const status = {
    type: 'STATUS',
    receivedAt: NOW,
    messageId: 'true_4915112345678@c.us_3EB0',
    status: 'READ',
  };
  expect(subjectOf(status)).toEqual({
    people: [{ role: 'CUSTOMER', nativeId: '4915112345678' }],
    peopleAt: NOW - MONTH_MS,
    id: 'true_4915112345678@c.us_3EB0',
    sentAt: 0,
  });
});
