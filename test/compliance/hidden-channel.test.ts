import { expect, test } from 'vitest';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { hideErased } from '../../src/compliance/hidden-channel.ts';
import type { ChatChannel, ToldMessages } from '../../src/datasources/message-source.ts';
import type { PushReceiver, Updates } from '../../src/datasources/push-receiver.ts';
import { withoutErased, type ErasedPeople } from '../../src/domain/erasure.ts';
import type { JsonValue, MessageRecord } from '../../src/domain/records.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { createWalk, walkAll } from '../support/walk-source.ts';

const NOW = Date.UTC(2026, 2, 20);
const MESSAGES = variedHistory('shop', 3, 120, NOW);
const ERASED: ErasedPeople = {
  has: ({ nativeId }) => nativeId === 'anna' || nativeId === '"anna"',
  hasMessage: (key) => key === 'gone',
  isHeld: () => false,
};
const LEFT = MESSAGES.flatMap((message) => withoutErased(message, ERASED) ?? []);

test.each(['DESC', 'ASC'] as const)('a walk %s has all that is left, and nothing else', async (order) => {
  const channel: ChatChannel = new PagedMemoryChannel({ name: 'shop', pageSize: 7 }, MESSAGES);
  const [source] = hideErased(channel, () => Promise.resolve(ERASED)).sourcesFor(EVERYTHING);
  if (!source) throw new Error('There is no source');
  const { messages } = await walkAll(source, createWalk(order, NOW));
  const found = order === 'ASC' ? messages : messages.toReversed();
  expect(found.map(({ key }) => key)).toEqual(LEFT.map(({ key }) => key));
  expect(LEFT.length).toBeLessThan(MESSAGES.length - 20);
});

test('who was erased stays so where the account is another one of the same tenant, as by another address', async () => {
  const channel = new PagedMemoryChannel({ name: 'shop', pageSize: 7 }, MESSAGES);
  channel.account = 'WECOM memory https://elsewhere.example';
  const asked: string[] = [];
  const erasedOf = (tenant: string): ErasedPeople => {
    asked.push(tenant);
    return ERASED;
  };
  await hideErased<ChatChannel>(channel, erasedOf).findMessage('x', new TestBudget(NOW));
  expect(asked).toEqual(['WECOM memory']);
});

test('what is told of messages does not tell who was erased', async () => {
  const channel = new PagedMemoryChannel({ name: 'shop', pageSize: 7 }, MESSAGES);
  const [one, other] = MESSAGES.filter(({ conversation }) => conversation.kind === 'GROUP').map(
    (message) => ({
      ...message,
      sender: { ...message.sender, nativeId: 'some' },
      recipients: null,
    }),
  );
  if (!one || !other) throw new Error('There are no messages');
  const toldOf = (message: MessageRecord): MessageRecord => ({
    ...message,
    sender: { ...message.sender, nativeId: message.key === one.key ? 'anna' : 'ben' },
  });
  const told: ToldMessages = {
    isOpen: () => true,
    complete: (messages) => Promise.resolve(messages.map(toldOf)),
    withFormer: (message) => message,
  };
  Object.assign(channel.source, { told });
  const [source] = hideErased<ChatChannel>(channel, () => ERASED).sourcesFor(EVERYTHING);
  expect(await source?.told?.complete([one, other])).toEqual([one, toldOf(other)]);
});

test('a message is not found by its key, and others are', async () => {
  const channel: ChatChannel = new PagedMemoryChannel({ name: 'shop', pageSize: 7 }, MESSAGES);
  const hidden = hideErased(channel, () => ERASED);
  const hers = MESSAGES.find((message) => withoutErased(message, ERASED) === null);
  const budget = new TestBudget(NOW);
  expect([
    await hidden.findMessage(hers?.key ?? '', budget),
    (await hidden.findMessage(LEFT[0]?.key ?? '', budget))?.key,
    (await hideErased(channel, () => null).findMessage(hers?.key ?? '', budget))?.key,
  ]).toEqual([null, LEFT[0]?.key, hers?.key]);
});

/** Whose items are their subjects; it makes a message of each, and tells which it was given. */
function createReceiver(given: JsonValue[]): PushReceiver {
  const toUpdates = (payload: JsonValue): Updates => {
    given.push(payload);
    const messages = MESSAGES.filter(({ sender }) => sender.nativeId === payload).slice(0, 1);
    return { messages, statuses: [], hasMoreInHistory: false };
  };
  const reply = { status: 200, contentType: 'text/plain', body: '' };
  return {
    needsCalls: false,
    events: [],
    maxBodyBytes: 1,
    screen: () => ({ isProven: true }),
    refuse: () => reply,
    receive: () => ({ isAccepted: false, reason: '', reply }),
    subjectOf: (payload) => ({
      people: [{ role: 'CUSTOMER', nativeId: JSON.stringify(payload) }],
      peopleAt: NOW,
      id: `id of ${JSON.stringify(payload)}`,
      sentAt: NOW,
    }),
    process: (payload) => Promise.resolve(toUpdates(payload)),
    processTogether: (payloads) => Promise.resolve(payloads.map(toUpdates)),
  };
}

test('what is pushed of an erased person is neither stored nor processed, and the rest is, in order', async () => {
  const given: JsonValue[] = [];
  const channel: ChatChannel = new PagedMemoryChannel({ name: 'shop', pageSize: 7 }, MESSAGES);
  Object.assign(channel, { push: createReceiver(given) });
  const { push } = hideErased(channel, () => ERASED);
  if (push?.needsCalls !== false) throw new Error('It has another receiver');
  const items = ['ben', 'anna', 'cleo'].map((name) => ({ key: name, payload: name }));
  expect((await push.admit?.(items))?.map(({ key }) => key)).toEqual(['ben', 'cleo']);
  expect(await push.process('anna')).toEqual({ messages: [], statuses: [], hasMoreInHistory: false });
  const together = async (payloads: string[]): Promise<number[]> =>
    (await push.processTogether(payloads, () => true)).map(({ messages }) => messages.length);
  expect([await together(['ben', 'cleo', 'anna', 'ben']), given]).toEqual([
    [1, 1],
    ['ben', 'cleo'],
  ]);
  expect(await together(['anna', 'ben'])).toEqual([0]);
});
