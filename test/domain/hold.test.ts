import { expect, test } from 'vitest';
import { toIsHeld, type HoldScope } from '../../src/domain/hold.ts';
import { variedHistory } from '../support/archived-history.ts';

const NOW = Date.UTC(2026, 2, 20);
const ALL: HoldScope = { channel: null, participant: null, conversationKey: null, since: null, until: null };
const messages = variedHistory('shop', 1, 100, NOW);

const held = (...scopes: Partial<HoldScope>[]): string[] =>
  messages.filter(toIsHeld(scopes.map((scope) => ({ ...ALL, ...scope })))).map(({ key }) => key);
const keysWhere = (condition: (message: (typeof messages)[number]) => boolean): string[] =>
  messages.filter(condition).map(({ key }) => key);

test('no hold holds nothing, and one without conditions everything', () => {
  expect([held(), held({}).length]).toEqual([[], messages.length]);
});

test('a hold holds what meets all of it', () => {
  const middle = NOW - 500;
  const anna = { role: 'CUSTOMER', nativeId: 'anna' } as const;
  const isOfAnna = ({ sender, recipients, conversation }: (typeof messages)[number]): boolean =>
    [sender, ...(recipients ?? []), ...(conversation.participants ?? [])].some(
      ({ role, nativeId }) => role === 'CUSTOMER' && nativeId === 'anna',
    );
  expect(held({ channel: 'other' })).toEqual([]);
  expect(held({ since: middle })).toEqual(keysWhere(({ sentAt }) => sentAt >= middle));
  expect(held({ until: middle })).toEqual(keysWhere(({ sentAt }) => sentAt < middle));
  expect(held({ conversationKey: 'ben' })).toEqual(
    keysWhere(({ conversation }) => conversation.key === 'ben'),
  );
  expect(held({ participant: anna })).toEqual(keysWhere(isOfAnna));
  expect(held({ participant: { role: 'AGENT', nativeId: 'anna' } })).toEqual([]);
  expect(held({ participant: anna, since: middle, channel: 'shop' })).toEqual(
    keysWhere((message) => isOfAnna(message) && message.sentAt >= middle),
  );
});

test('several holds hold what any of them does', () => {
  expect(held({ conversationKey: 'ben' }, { conversationKey: 'anna' })).toEqual(
    keysWhere(({ conversation }) => conversation.key !== 'cleo'),
  );
});
