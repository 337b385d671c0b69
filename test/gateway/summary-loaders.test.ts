import { expect, test } from 'vitest';
import type { AuditEntry } from '../../src/audit/entry.ts';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { createConversationLoader, createParticipantLoader } from '../../src/gateway/summary-loaders.ts';
import { variedHistory } from '../support/archived-history.ts';
import { NOW, openViewWorld, type ViewWorld } from '../support/view-world.ts';

async function openFilledWorld(): Promise<ViewWorld> {
  const world = await openViewWorld();
  const [shop, corp] = world.channels;
  await world.keep(shop, variedHistory('shop', 1, 30, NOW));
  await world.keep(corp, variedHistory('corp', 2, 30, NOW));
  return world;
}

test('conversations are looked up side by side, those of a channel at once; null where nothing is kept', async () => {
  const { options, admit, recorded } = await openFilledWorld();
  const { archives } = viewFor(await admit(['messages:read']), options);
  const refs = [
    { channel: 'shop', key: 'anna' },
    { channel: 'corp', key: 'anna' },
    { channel: 'shop', key: 'nobody' },
    { channel: 'shop', key: 'ben' },
    { channel: 'nowhere', key: 'anna' },
  ];
  const found = await createConversationLoader(archives).loadMany(refs);
  const shown = found.map((one) => one && !(one instanceof Error) && one.conversation);
  expect(shown).toMatchObject([refs[0], refs[1], null, refs[3], null]);
  const newest = variedHistory('shop', 1, 30, NOW).findLast(({ conversation }) => conversation.key === 'ben');
  expect(found[3]).toMatchObject({ lastMessage: newest, lastAt: newest?.sentAt });
  expect(byCount(await recorded())).toMatchObject([
    { field: 'Conversation.lastMessage', channels: [], count: 0 },
    { field: 'Conversation.lastMessage', channels: ['corp'], count: 1 },
    { field: 'Conversation.lastMessage', channels: ['shop'], count: 2 },
  ]);
});

test('participants are told apart by channel and role, and a channel that the caller does not see has none', async () => {
  const { options, admit, recorded } = await openFilledWorld();
  const { archives } = viewFor(await admit(['messages:read'], ['shop']), options);
  const found = await createParticipantLoader(archives).loadMany([
    { channel: 'shop', role: 'CUSTOMER', nativeId: 'anna' },
    { channel: 'shop', role: 'AGENT', nativeId: 'anna' },
    { channel: 'corp', role: 'CUSTOMER', nativeId: 'anna' },
  ]);
  const own = variedHistory('shop', 1, 30, NOW).filter(({ sender, recipients }) =>
    [sender, ...(recipients ?? [])].some(({ nativeId }) => nativeId === 'anna'),
  );
  expect(found).toMatchObject([
    { messages: own.length, firstAt: own[0]?.sentAt, lastAt: own.at(-1)?.sentAt },
    null,
    null,
  ]);
  expect(byCount(await recorded())).toMatchObject([
    { field: 'Participant.messageCount', channels: [], count: 0 },
    { field: 'Participant.messageCount', channels: ['shop'], count: 1 },
  ]);
});

/** Each is recorded once it has been read, and none waits for another. */
function byCount(entries: readonly Partial<AuditEntry>[]): Partial<AuditEntry>[] {
  return entries.toSorted((a, b) => (a.count ?? 0) - (b.count ?? 0));
}
