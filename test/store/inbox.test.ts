import { expect, test } from 'vitest';
import type { CredentialUse } from '../../src/domain/push.ts';
import type { Inbox } from '../../src/store/store.ts';
import { openLive } from '../support/open-live.ts';
import { openTestStore, refuseRows, type TestStore } from '../support/test-store.ts';

const NOW = Date.UTC(2026, 0, 1);
const LIMITS = { maxInboxItems: 5, maxChannelInboxItems: 3 };

async function open(database?: TestStore, limits = LIMITS): Promise<Inbox> {
  return (await openLive(database, limits)).inbox;
}

function items(...keys: string[]): { key: string; payload: string }[] {
  return keys.map((key) => ({ key, payload: key }));
}

async function finishAll(inbox: Inbox, channel: string): Promise<void> {
  const items = await inbox.waiting(channel, 10);
  await inbox.finish(
    items.map(({ id }) => id),
    [],
    NOW,
  );
}

test('a channel may have so many items waiting, and all channels together so many', async () => {
  const inbox = await open();
  expect(await inbox.accept('a', items('1', '2'), NOW)).toBe('KEPT');
  expect(await inbox.accept('a', items('3', '4'), NOW)).toBe('FULL');
  expect(await inbox.accept('a', items('3'), NOW)).toBe('KEPT');
  expect(await inbox.accept('b', items('1', '2', '3'), NOW)).toBe('FULL');
  expect(await inbox.accept('b', items('1', '2'), NOW)).toBe('KEPT');
  expect(await inbox.accept('c', items('1'), NOW)).toBe('FULL');
  expect((await inbox.backlog()).map(({ channel, count }) => [channel, count])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('what has been processed makes room', async () => {
  const inbox = await open();
  expect(await inbox.accept('a', items('1', '2', '3'), NOW)).toBe('KEPT');
  await finishAll(inbox, 'a');
  expect(await inbox.accept('a', items('4', '5', '6'), NOW)).toBe('KEPT');
});

test('of what does not fit, nothing is kept: neither items nor the use of a credential', async () => {
  const database = openTestStore();
  const inbox = await open(database);
  const use = { credential: 'c', body: 'b', expiresAt: NOW + 1 };
  expect(await inbox.accept('a', items('1', '2', '3', '4'), NOW, use)).toBe('FULL');
  expect(await inbox.waiting('a', 10)).toEqual([]);
  expect(await database.sql.all('SELECT * FROM credential_uses')).toEqual([]);
  expect(await inbox.accept('a', items('1'), NOW, { ...use, body: 'another' })).toBe('KEPT');
});

test('a credential vouches for four bodies, however often each comes, also after a restart', async () => {
  const database = openTestStore();
  const roomy = { maxInboxItems: 10, maxChannelInboxItems: 10 };
  const use = (body: string): CredentialUse => ({ credential: 'c', body, expiresAt: NOW + 1_000 });
  for (const body of ['1', '2', '3', '4'])
    expect(await (await open(database, roomy)).accept('a', items(body), NOW, use(body))).toBe('KEPT');
  const inbox = await open(database, roomy);
  for (const body of ['1', '4']) expect(await inbox.accept('a', items(body), NOW, use(body))).toBe('KEPT');
  expect(await inbox.accept('a', items('5'), NOW, use('5'))).toBe('MISUSED');
  expect(await inbox.accept('a', [], NOW, use('5'))).toBe('MISUSED');
  expect(await inbox.accept('b', items('5'), NOW, use('5'))).toBe('KEPT');
  expect((await inbox.waiting('a', 10)).map(({ payload }) => payload)).toEqual(['1', '2', '3', '4']);
});

test('its use is forgotten when it has expired', async () => {
  const database = openTestStore();
  const inbox = await open(database);
  await inbox.accept('a', [], NOW, { credential: 'c', body: 'b', expiresAt: NOW + 1_000 });
  await inbox.accept('a', [], NOW + 1_001, { credential: 'd', body: 'b', expiresAt: NOW + 2_000 });
  expect(await database.sql.all('SELECT credential FROM credential_uses')).toEqual([{ credential: 'd' }]);
});

test('a delivery that cannot be written fails whole, takes no room, and does not hurt the others of its group', async () => {
  const database = openTestStore();
  const inbox = await open(database);
  await database.run(refuseRows('inbox', "new.key = 'bad'").on);
  const use = { credential: 'c', body: 'b', expiresAt: NOW + 1 };
  const outcomes = await Promise.allSettled([
    inbox.accept('a', items('1'), NOW),
    inbox.accept('a', items('2', 'bad'), NOW, use),
    inbox.accept('a', items('3', '4'), NOW),
  ]);
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: 'KEPT' },
    { status: 'rejected', reason: { message: 'no such row' } },
    { status: 'fulfilled', value: 'KEPT' },
  ]);
  expect((await inbox.waiting('a', 10)).map(({ payload }) => payload)).toEqual(['1', '3', '4']);
  expect(await database.sql.all('SELECT * FROM credential_uses')).toEqual([]);
});

test('the ids of what waits are those of its channel, without what is processed', async () => {
  const inbox = await open();
  const idsOf = async (channel: string): Promise<number[]> =>
    (await inbox.waiting(channel, 10)).map(({ id }) => id);
  expect(await inbox.waitingIds('a')).toBeNull();
  await inbox.accept('a', items('1', '2'), NOW);
  await inbox.accept('b', items('1'), NOW);
  await inbox.accept('a', items('3'), NOW);
  const [first, second, third] = await idsOf('a');
  expect(await inbox.waitingIds('a')).toEqual({ oldest: first, newest: third });
  await inbox.finish(first === undefined ? [] : [first], [], NOW);
  expect(await inbox.waitingIds('a')).toEqual({ oldest: second, newest: third });
  await finishAll(inbox, 'a');
  expect(await inbox.waitingIds('a')).toBeNull();
});
