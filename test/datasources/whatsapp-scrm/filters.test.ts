import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceFilter } from '../../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../../src/domain/records.ts';
import { toConditions } from '../../../src/datasources/whatsapp-scrm/conditions.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { EVERYTHING, NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

function matches(filter: SourceFilter): (message: MessageRecord) => boolean {
  const { conversationKey, participant, directions, kinds } = filter;
  return ({ conversation, direction, kind, sender, recipients }) =>
    (conversationKey === null || conversation.key === conversationKey) &&
    (directions?.includes(direction) ?? true) &&
    (kinds?.includes(kind) ?? true) &&
    (participant === null ||
      [sender, ...(recipients ?? [])].some(
        ({ role, nativeId }) => role === participant.role && nativeId === participant.nativeId,
      ));
}

describe('filters', () => {
  let world: WhatsAppWorld;
  beforeEach(async () => {
    world = await openWorld({ messages: 600, seed: 3 });
  });
  afterEach(() => world.close());

  test('mean the same whether the provider applies them or not, and cost no more calls', async () => {
    const channel = world.createChannel();
    const all = await walkAll(onlySource(channel), createWalk('ASC', NOW));
    const direct = all.messages.find(({ conversation }) => conversation.kind === 'DIRECT');
    const group = all.messages.find(({ conversation }) => conversation.key.startsWith('group:8613100000001'));
    const oldGroup = all.messages.find(({ conversation }) => conversation.nativeId?.includes('-'));
    const filters: Partial<SourceFilter>[] = [
      { conversationKey: direct?.conversation.key ?? '' },
      { conversationKey: group?.conversation.key ?? '' },
      { conversationKey: oldGroup?.conversation.key ?? '' },
      { participant: { role: 'CUSTOMER', nativeId: direct?.conversation.nativeId ?? '' } },
      { participant: { role: 'AGENT', nativeId: '8613100000001' } },
      { participant: { role: 'UNKNOWN', nativeId: '120363295594719602' } },
      { directions: ['INBOUND'] },
      { directions: ['INBOUND', 'OUTBOUND'] },
      { kinds: ['QUOTE'] },
      { kinds: ['TEXT'], directions: ['OUTBOUND'] },
      { kinds: ['IMAGE', 'VIDEO'] },
      { kinds: ['UNSUPPORTED'] },
    ];
    for (const changes of filters) {
      const filter = { ...EVERYTHING, ...changes };
      const expected = all.messages.filter(matches(filter));
      expect(expected.length).toBeGreaterThan(0);
      const source = onlySource(channel, filter);
      const found = await walkAll(source, createWalk('DESC', NOW, { filter }));
      expect(found.messages.filter(matches(filter)).reverse()).toEqual(
        expected.map(
          (message) => expect.objectContaining({ key: message.key, sequence: message.sequence }) as unknown,
        ),
      );
      expect(found.calls).toBeLessThanOrEqual(all.calls + 3);
    }
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('by SYSTEM find what was neither sent nor received', async () => {
    const strange = world.sandbox.add({ chatTime: NOW - 5_000_000, createTime: NOW - 4_000_000 });
    world.sandbox.server.knobs.rewriteRecords = (records) =>
      records.map((record) => (record['id'] === String(strange.id) ? { ...record, actionType: 3 } : record));
    const filter = { ...EVERYTHING, directions: ['SYSTEM' as const] };
    const source = onlySource(world.createChannel(), filter);
    const found = await walkAll(source, createWalk('DESC', NOW, { filter }));
    expect(found.messages.filter(matches(filter)).map(({ nativeId }) => nativeId)).toEqual([
      String(strange.id),
    ]);
  });

  test('become conditions only where both surely mean the same', () => {
    const conditionsOf = (changes: Partial<SourceFilter>) =>
      toConditions({ ...EVERYTHING, ...changes }, false);
    expect(conditionsOf({})).toEqual({});
    expect(conditionsOf({ conversationKey: 'direct:573500000001:905343694925', kinds: ['IMAGE'] })).toEqual({
      whatsId: '573500000001',
      friendWhatsId: '905343694925',
      chatType: 1,
      contentType: '1',
    });
    expect(conditionsOf({ participant: { role: 'CUSTOMER', nativeId: '98765@lid' } })).toEqual({});
    expect(conditionsOf({ directions: ['OUTBOUND', 'OUTBOUND'] })).toEqual({ actionType: 1 });
    expect(conditionsOf({ kinds: ['LOCATION'], directions: ['SYSTEM'] })).toEqual({});
  });

  test('rule the channel out when it can hold nothing of the kind', () => {
    const channel = world.createChannel();
    expect(channel.sourcesFor({ ...EVERYTHING, kinds: ['RED_PACKET'] })).toEqual([]);
    expect(channel.sourcesFor({ ...EVERYTHING, kinds: ['LOCATION', 'CALL'] })).toEqual([]);
    expect(channel.sourcesFor({ ...EVERYTHING, kinds: ['LOCATION', 'UNSUPPORTED'] })).toHaveLength(1);
    expect(channel.sourcesFor({ ...EVERYTHING, directions: ['INTERNAL'] })).toEqual([]);
    expect(channel.sourcesFor({ ...EVERYTHING, directions: ['INTERNAL', 'SYSTEM'] })).toHaveLength(1);
    expect(channel.sourcesFor({ ...EVERYTHING, directions: ['SYSTEM', 'INBOUND'] })).toHaveLength(1);
    expect(channel.sourcesFor({ ...EVERYTHING, conversationKey: 'elsewhere' })).toEqual([]);
    expect(channel.sourcesFor({ ...EVERYTHING, participant: { role: 'BOT', nativeId: '1' } })).toEqual([]);
    expect(channel.toConversation('elsewhere')).toBeNull();
    expect(channel.toConversation('group:1:2-3')).toMatchObject({
      kind: 'GROUP',
      nativeId: '2-3',
      title: null,
    });
  });
});
