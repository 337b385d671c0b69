import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecord } from '../../src/archive/parse-record.ts';
import { termsOf, termsOfFilter, withoutWords } from '../../src/archive/terms.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createMatcher, NO_FILTER, toSourceFilter } from '../../src/timeline/filter.ts';
import { variedHistory } from '../support/archived-history.ts';
import { runs } from '../support/runs.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

function pick<T>(...values: T[]): fc.Arbitrary<T[]> {
  return fc.subarray(values);
}

test('terms find what the timeline would find of the same messages', () => {
  const messages = variedHistory('shop', 3, 200, NOW);
  const drawn = fc.record({
    conversation: fc.option(
      fc.constantFrom('anna', 'ben', 'nobody').map((value) => ({ channel: 'shop', value })),
    ),
    participant: fc.option(
      fc
        .record({
          role: fc.constantFrom('CUSTOMER', 'AGENT'),
          nativeId: fc.constantFrom('anna', 'lin', 'wu', 'nobody'),
        })
        .map((value) => ({ channel: 'shop', value })),
    ),
    directions: fc.option(pick('INBOUND', 'OUTBOUND', 'SYSTEM')),
    kinds: fc.option(pick('TEXT', 'IMAGE', 'FILE')),
    availabilities: pick('AVAILABLE', 'RECALLED'),
    conversationKinds: pick('DIRECT', 'GROUP'),
    agentAccounts: pick('lin', 'wu'),
    textContains: fc.option(fc.constant('')),
  });
  fc.assert(
    fc.property(drawn, pick('availabilities', 'conversationKinds', 'agentAccounts'), (all, leftOut) => {
      const given = Object.entries(all).filter(([name]) => !leftOut.some((other) => other === name));
      const filter = { ...NO_FILTER, ...Object.fromEntries(given) };
      const lists = termsOfFilter(toSourceFilter(filter));
      const found = messages.filter((message) => {
        const terms = termsOf(message);
        return lists.every((list) => list.some((term) => terms.includes(term)));
      });
      expect(found).toEqual(messages.filter(createMatcher(filter, ({ text }) => text)));
    }),
    { numRuns: runs(600) },
  );
});

function carries(
  message: MessageRecord,
  lists: readonly (readonly string[])[],
  terms = termsOf(message),
): boolean {
  return lists.every((list) => list.some((term) => terms.includes(term)));
}

test('terms find what a search finds, and little else', () => {
  const [first] = variedHistory('shop', 3, 1, NOW);
  const message = { ...first, kind: 'TEXT', text: '我要退款, please' } as MessageRecord;
  const termsFor = (search: string): string[][] => termsOfFilter(toSourceFilter({ ...NO_FILTER, search }));
  for (const search of ['退', '退款', '要退', 'Please', '我要退款 please'])
    expect([search, carries(message, termsFor(search))]).toEqual([search, true]);
  for (const search of ['货', '款退', 'pleas', '退款 thanks'])
    expect([search, carries(message, termsFor(search))]).toEqual([search, false]);
  expect(carries({ ...message, text: null }, termsFor('退款'))).toBe(false);
});

test.each(['货', 'Thanks'])('a text whose words are not indexed may have %s', (search) => {
  const [first] = variedHistory('shop', 3, 1, NOW);
  const message = { ...first, kind: 'TEXT', text: '我要退款, please' } as MessageRecord;
  const lists = termsOfFilter(toSourceFilter({ ...NO_FILTER, search }));
  // What each caller sees of a contact card's name is another thing, and thousands of words are not indexed.
  expect(carries({ ...message, kind: 'CONTACT_CARD' }, lists)).toBe(true);
  const words = Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(' ');
  expect(carries({ ...message, text: words }, lists)).toBe(true);
  expect(carries(message, lists, withoutWords(termsOf(message)))).toBe(true);
  // As an archive has it that was filled before there was a search.
  expect(carries(message, lists, ['k:TEXT', 't'])).toBe(true);
});

test('the terms of a contact card do not tell its name', () => {
  const [first] = variedHistory('shop', 3, 1, NOW);
  const card = { ...first, kind: 'CONTACT_CARD', text: 'Philippa Heron' } as MessageRecord;
  expect(termsOf(card)).toEqual(termsOf({ ...card, text: 'Harriet' }));
});

test('without words, the other terms stay', () => {
  const [first] = variedHistory('shop', 3, 1, NOW);
  const message = { ...first, kind: 'TEXT', text: 'w t 退' } as MessageRecord;
  const others = termsOf({ ...message, text: null });
  expect(withoutWords(termsOf(message))).toEqual([...others, 't']);
  expect(withoutWords(others)).toEqual(others);
});

test('each term is there once', () => {
  for (const message of variedHistory('shop', 3, 50, NOW)) {
    const terms = termsOf({ ...message, recipients: [message.sender, message.sender] });
    expect(terms).toEqual([...new Set(terms)]);
  }
});

test('a record that was kept is the same when it is read', () => {
  for (const message of variedHistory('shop', 3, 50, NOW)) {
    const own = { ...message, agentAccount: null, whatsAppMessageId: 'x', nested: { list: [1, null] } };
    expect(parseRecord(toEntry(own).record)).toEqual(own);
  }
});
