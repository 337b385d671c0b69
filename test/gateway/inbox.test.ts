import { expect, test } from 'vitest';
import { Inbox } from '../../src/archive/inbox.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { createInboxReader } from '../../src/gateway/inbox.ts';
import { createReadRecorder } from '../../src/gateway/read-recorder.ts';
import { variedHistory } from '../support/archived-history.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

const NEWEST = { by: 'LAST_MESSAGE_AT', order: 'DESC', after: null, limit: 2 } as const;

test('a page says whether there is more, and is recorded; another channel has nothing for the caller', async () => {
  const { options, admit, channels, keep, recorded } = await openViewWorld();
  const [shop, corp] = channels;
  await keep(shop, variedHistory('shop', 1, 30, NOW));
  await keep(corp, variedHistory('corp', 2, 30, NOW));
  const { inbox } = viewFor(await admit(['messages:read'], ['corp']), options);
  const read = { field: 'Query.conversations', channels: ['shop', 'corp'], query: NEWEST };
  const first = await inbox.conversations(read);
  const rest = await inbox.conversations({
    ...read,
    query: { ...NEWEST, after: first.items.at(-1)?.position ?? null },
  });
  expect([first.hasMore, rest.hasMore]).toEqual([true, false]);
  const all = [...first.items, ...rest.items].map(({ conversation }) => conversation);
  expect(all.map(({ channel }) => channel)).toEqual(['corp', 'corp', 'corp']);
  expect(new Set(all.map(({ key }) => key))).toEqual(new Set(['anna', 'ben', 'cleo']));
  const people = { field: 'Query.participants', channels: ['corp'], conversationId: 'sealed' };
  const query = { after: null, limit: 10, conversationKey: 'anna', roles: ['CUSTOMER'] as const };
  const { items } = await inbox.participants({ ...people, query });
  expect(items.map(({ participant }) => participant.channel)).toEqual(items.map(() => 'corp'));
  expect(await inbox.participants({ ...people, channels: ['shop'], query })).toEqual({
    items: [],
    hasMore: false,
  });
  expect(await recorded()).toMatchObject([
    { field: 'Query.conversations', channels: ['corp'], conversationId: null, count: 2, outcome: 'OK' },
    { field: 'Query.conversations', channels: ['corp'], conversationId: null, count: 1, outcome: 'OK' },
    { field: 'Query.participants', channels: ['corp'], conversationId: 'sealed', count: items.length },
    { field: 'Query.participants', channels: [], count: 0 },
  ]);
});

test('a store that does not answer is told as what may pass, and recorded; a channel without an archive asks none', async () => {
  const { options, admit, channels, recorded } = await openViewWorld();
  const away = new Inbox(() => {
    throw new UnreachableStoreError('It is away');
  });
  const recordRead = createReadRecorder(await admit(['messages:read']), options.audit, options.clock);
  const inbox = createInboxReader(away, options.gateway.channels, recordRead);
  const read = { field: 'Query.conversations', channels: ['shop', 'corp'], query: NEWEST };
  expect(await inbox.conversations(read)).toEqual({ items: [], hasMore: false });
  channels[1].archiveNames = ['archive of corp'];
  await expect(inbox.conversations(read)).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    channel: 'corp',
    isRetryable: true,
  });
  expect((await recorded()).map(({ outcome }) => outcome)).toEqual(['OK', 'UPSTREAM_UNAVAILABLE']);
});
