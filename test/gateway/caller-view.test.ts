import { expect, test } from 'vitest';
import type { Caller } from '../../src/access/caller.ts';
import { createViews, viewFor } from '../../src/gateway/caller-view.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { NOW, openViewWorld, type ViewWorld } from '../support/view-world.ts';

const query = {
  field: 'Query.messages',
  filter: NO_FILTER,
  order: 'DESC',
  page: { size: 10, direction: 'forward', cursor: null },
  onSourceFailure: 'PARTIAL',
} as const;

const read = (
  gateway: Gateway,
  changes: Partial<Parameters<Gateway['timeline']['read']>[0]> = {},
): Promise<TimelinePage> => gateway.timeline.read({ ...query, ...changes }, gateway.createRequestBudget());

async function publish(world: ViewWorld, index: 0 | 1): Promise<MessageRecord> {
  const message = world.channels[index].add(NOW);
  await world.publish({ type: 'message', channel: message.channel, message });
  return message;
}

test('a caller has the channels of its key, and no others: in lists, in events, by no key', async () => {
  const world = await openViewWorld();
  const gateway = viewFor(await world.admit(['messages:read'], ['corp']), world.options);
  const hidden = await publish(world, 0);
  const shown = await publish(world, 1);
  expect([...gateway.channels.keys()]).toEqual(['corp']);
  expect((await read(gateway)).nodes).toEqual([shown]);
  expect((await read(gateway, { filter: { ...NO_FILTER, channels: ['shop'] } })).nodes).toEqual([]);
  expect(await gateway.live.findMessage('shop', hidden.key)).toBeNull();
  expect(await gateway.live.findMessage('corp', shown.key)).toEqual(shown);
  const events = await gateway.live.follow(['shop', 'corp'], 0);
  expect(await events.next()).toMatchObject({ value: { channel: 'corp', message: shown } });
  await events.return?.();
});

test('without messages:read there is no channel', async () => {
  const world = await openViewWorld();
  await publish(world, 0);
  const gateway = viewFor(await world.admit(['participants:read']), world.options);
  expect([gateway.channels.size, (await read(gateway)).sources]).toEqual([0, []]);
});

test('each page is recorded before it is handed out: whose, what of, how much and how it ended', async () => {
  const world = await openViewWorld();
  const gateway = viewFor(await world.admit(['messages:read']), world.options);
  const { conversation } = await publish(world, 0);
  const value = conversation.key;
  await read(gateway, { filter: { ...NO_FILTER, conversation: { channel: 'shop', value }, sentAtGte: 1 } });
  world.channels[1].source.onRead = () => {
    throw new Error('down');
  };
  await read(gateway);
  await expect(read(gateway, { onSourceFailure: 'FAIL' })).rejects.toMatchObject({ channel: 'corp' });
  await expect(read(gateway, { page: { ...query.page, cursor: 'x' } })).rejects.toMatchObject({
    code: 'BAD_CURSOR',
  });
  const own = { caller: 'bi', field: 'Query.messages', sentAtLt: null };
  const conversationId = gateway.ids.encode({ type: 'Conversation', channel: 'shop', key: value });
  expect(await world.recorded()).toMatchObject([
    { ...own, channels: ['shop'], conversationId, sentAtGte: 1, count: 1, outcome: 'OK' },
    {
      ...own,
      channels: ['shop', 'corp'],
      conversationId: null,
      sentAtGte: null,
      count: 1,
      outcome: 'PARTIAL',
    },
    { ...own, channels: ['shop', 'corp'], count: 0, outcome: 'UPSTREAM_UNAVAILABLE' },
    { ...own, channels: ['shop', 'corp'], count: 0, outcome: 'BAD_CURSOR' },
  ]);
});

test('a caller has so many subscriptions, and one that ends makes room', async () => {
  const world = await openViewWorld({ maxSubscriptions: 1 });
  const gateway = viewFor(await world.admit(['messages:read']), world.options);
  const first = await gateway.live.follow(['shop'], null);
  await expect(gateway.live.follow(['shop'], null)).rejects.toThrow('You have 1');
  await first.return?.();
  const second = await gateway.live.follow(['shop'], null);
  await second.return?.();
  // One that cannot begin takes no room.
  await expect(gateway.live.follow(['shop'], 999)).rejects.toThrow(/no longer keeps/);
  await (await gateway.live.follow(['shop'], null)).return?.();
});

test('a key that is taken away ends its subscriptions before the next event', async () => {
  const world = await openViewWorld({ maxSubscriptions: 1 });
  const caller: Caller = await world.admit(['messages:read']);
  const gateway = viewFor(caller, world.options);
  const events = await gateway.live.follow(['shop'], 0);
  await publish(world, 0);
  expect(await events.next()).toMatchObject({ done: false });
  world.options.authenticator.replace({ apiKeys: [] });
  await publish(world, 0);
  await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('calls are made in the name of the caller', async () => {
  const world = await openViewWorld();
  const gateway = viewFor(await world.admit(['messages:read']), world.options);
  expect(gateway.createRequestBudget().caller).toBe('bi');
});

test('a search goes through what the caller is shown', async () => {
  const world = await openViewWorld();
  const gateway = viewFor(await world.admit(['messages:read']), world.options);
  const card = world.channels[0].add(NOW);
  Object.assign(card, { kind: 'CONTACT_CARD', text: 'Mei Lin' });
  expect((await read(gateway, { filter: { ...NO_FILTER, textContains: 'mei' } })).nodes).toEqual([]);
  expect((await read(gateway, { filter: { ...NO_FILTER, textContains: 'hidden-' } })).nodes).toEqual([card]);
});

test('all requests of a caller share one view, and no two callers do', async () => {
  const world = await openViewWorld();
  const viewOf = createViews(world.options);
  const caller = await world.admit(['messages:read'], ['shop']);
  expect(viewOf(caller)).toBe(viewOf(caller));
  const other = viewOf({ ...caller });
  expect(other).not.toBe(viewOf(caller));
  expect([...other.channels.keys()]).toEqual(['shop']);
});
