import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecord } from '../../src/archive/parse-record.ts';
import { termsOf, termsOfFilter } from '../../src/archive/terms.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
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
