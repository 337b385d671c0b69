import { agentAccountsOf } from '../../src/domain/agent-accounts.ts';
import { expect, test } from 'vitest';
import type { MessageRecord } from '../../src/domain/records.ts';
import {
  admitsChannel,
  createMatcher,
  NO_FILTER,
  toSourceFilter,
  type TimelineFilter,
} from '../../src/timeline/filter.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

const shop = { name: 'shop', provider: 'WECHAT' } as const;
const agent = { channel: 'shop', role: 'AGENT', nativeId: 'lin', displayName: null } as const;

function message(changes: Partial<MessageRecord> = {}): MessageRecord {
  return { ...new MemoryChannel('shop').add(0), text: 'Where is my order?', ...changes };
}

function matches(filter: Partial<TimelineFilter>, of: MessageRecord = message()): boolean {
  return createMatcher({ ...NO_FILTER, ...filter }, ({ text }) => text)(of);
}

test.each<[Partial<TimelineFilter>, boolean]>([
  [{}, true],
  [{ channels: ['shop'] }, true],
  [{ channels: ['corp'] }, false],
  [{ channels: [] }, false],
  [{ providers: ['WECHAT', 'WECOM'] }, true],
  [{ providers: ['WECOM'] }, false],
  [{ conversation: { channel: 'shop', value: 'c' } }, true],
  [{ conversation: { channel: 'corp', value: 'c' } }, false],
  [{ participant: { channel: 'corp', value: agent } }, false],
  [{ kinds: [] }, false],
  [{ directions: [] }, false],
  [{ availabilities: [] }, false],
  [{ conversationKinds: [] }, false],
  [{ agentAccounts: [] }, false],
])('%j may have messages of a shop: %s', (filter, isAdmitted) => {
  expect(admitsChannel({ ...NO_FILTER, ...filter }, shop)).toBe(isAdmitted);
});

test.each<[Partial<TimelineFilter>, boolean]>([
  [{}, true],
  [{ directions: ['INBOUND'] }, true],
  [{ directions: ['OUTBOUND'] }, false],
  [{ kinds: ['IMAGE', 'TEXT'] }, true],
  [{ kinds: ['IMAGE'] }, false],
  [{ availabilities: ['AVAILABLE'] }, true],
  [{ availabilities: ['RECALLED'] }, false],
  [{ conversationKinds: ['DIRECT'] }, true],
  [{ conversationKinds: ['GROUP'] }, false],
  [{ conversation: { channel: 'shop', value: 'c' } }, true],
  [{ conversation: { channel: 'shop', value: 'd' } }, false],
  [{ participant: { channel: 'shop', value: { role: 'CUSTOMER', nativeId: 'c' } } }, true],
  [{ participant: { channel: 'shop', value: { role: 'AGENT', nativeId: 'c' } } }, false],
  [{ textContains: 'MY ORDER' }, true],
  [{ textContains: 'refund' }, false],
  [{ search: 'ORDER my' }, true],
  [{ search: 'ord' }, false],
  // Bounds of time are for the walk to check.
  [{ sentAtGte: 5 }, true],
])('%j lets a customer’s text through: %s', (filter, isLetThrough) => {
  expect(matches(filter)).toBe(isLetThrough);
});

test('a text is looked for in what the caller is shown, and a message without text has none', () => {
  for (const condition of [{ textContains: 'order' }, { search: 'order' }]) {
    const filter = { ...NO_FILTER, ...condition };
    expect(createMatcher(filter, () => 'my order')(message({ text: 'hidden' }))).toBe(true);
    expect(createMatcher(filter, () => 'hidden')(message())).toBe(false);
    expect(createMatcher(filter, () => null)(message())).toBe(false);
  }
});

test('agents are those who take part, or the account that the provider names', () => {
  expect(agentAccountsOf(message())).toEqual([]);
  expect(agentAccountsOf(message({ recipients: [agent] }))).toEqual(['lin']);
  expect(agentAccountsOf(message({ recipients: [agent], agentAccount: 'desk' }))).toEqual(['desk']);
  expect(agentAccountsOf(message({ recipients: [agent], agentAccount: null }))).toEqual([]);
  expect(matches({ agentAccounts: ['lin', 'x'] }, message({ sender: agent }))).toBe(true);
  expect(matches({ agentAccounts: ['x'] }, message({ sender: agent }))).toBe(false);
});

test('a source is told what it can look for itself', () => {
  const value = { role: 'AGENT', nativeId: 'lin' } as const;
  expect(
    toSourceFilter({
      ...NO_FILTER,
      conversation: { channel: 'shop', value: 'c' },
      participant: { channel: 'shop', value },
      directions: ['INBOUND'],
      kinds: ['TEXT'],
      textContains: 'x',
      agentAccounts: ['lin'],
    }),
  ).toEqual({
    conversationKey: 'c',
    participant: value,
    directions: ['INBOUND'],
    kinds: ['TEXT'],
    availabilities: undefined,
    conversationKinds: undefined,
    agentAccounts: ['lin'],
    needsText: true,
  });
});
