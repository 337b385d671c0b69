import { expect, test } from 'vitest';
import type { CredentialUse } from '../../../src/domain/push.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import type { Inbox } from '../../../src/store/store.ts';
import { openLive } from '../../support/open-live.ts';
import { toTestStore } from '../../support/test-store.ts';

const NOW = Date.UTC(2026, 0, 1);

/** SQLite writes what comes at once in the order in which it came. */
async function open(limits = { maxInboxItems: 5, maxChannelInboxItems: 3 }): Promise<Inbox> {
  return (await openLive(toTestStore(openDatabase(':memory:', 'NORMAL')), limits)).inbox;
}

function items(...keys: string[]): { key: string; payload: string }[] {
  return keys.map((key) => ({ key, payload: key }));
}

test('deliveries of one group count against the limits as they would one after the other', async () => {
  const inbox = await open();
  const outcomes = await Promise.all([
    inbox.accept('a', items('1', '2'), NOW),
    inbox.accept('a', items('3', '4'), NOW),
    // Repetitions, which take no room.
    inbox.accept('a', items('1'), NOW),
    inbox.accept('a', items('3'), NOW),
    inbox.accept('b', items('1', '2'), NOW),
    inbox.accept('c', items('1'), NOW),
  ]);
  expect(outcomes).toEqual(['KEPT', 'FULL', 'KEPT', 'KEPT', 'KEPT', 'FULL']);
  expect((await inbox.waiting('a', 10)).map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  expect((await inbox.waiting('b', 10)).map(({ payload }) => payload)).toEqual(['1', '2']);
});

test('in one group a credential vouches for four bodies, and the others of the group are kept', async () => {
  const inbox = await open({ maxInboxItems: 10, maxChannelInboxItems: 10 });
  const use = (body: string): CredentialUse => ({ credential: 'c', body, expiresAt: NOW + 1_000 });
  const outcomes = await Promise.all([
    ...['1', '2', '3', '4', '5', '1'].map((body) => inbox.accept('a', items(body), NOW, use(body))),
    inbox.accept('a', items('6'), NOW, { ...use('6'), credential: 'another' }),
  ]);
  expect(outcomes).toEqual(['KEPT', 'KEPT', 'KEPT', 'KEPT', 'MISUSED', 'KEPT', 'KEPT']);
  expect((await inbox.waiting('a', 10)).map(({ payload }) => payload)).toEqual(['1', '2', '3', '4', '6']);
});
