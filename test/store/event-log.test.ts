import { afterEach, expect, test } from 'vitest';
import type { DeliveryUpdate } from '../../src/domain/delivery.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { openLive, type OpenLive } from '../support/open-live.ts';
import { toTestStore } from '../support/test-store.ts';

const NOW = Date.parse('2026-03-20T12:00:00Z');
const UPDATE: DeliveryUpdate = {
  messageId: 'w1',
  status: 'SENT',
  changedAt: NOW,
  messageKey: 'k1',
  ownFields: { agentUserId: '82', campaignTaskId: null },
};

let database: Database;
afterEach(() => {
  database.close();
});

async function openLog(): Promise<OpenLive> {
  database = openDatabase(':memory:', 'NORMAL', null);
  return openLive(toTestStore(database));
}

/** A log that the version before wrote, which kept what only the provider tells beside the rest. */
async function openEarlierLog(): Promise<OpenLive> {
  const log = await openLog();
  const { messageId: whatsAppMessageId, ownFields, ...rest } = UPDATE;
  database
    .prepare('INSERT INTO events (channel, type, key, payload, published_at) VALUES (?, ?, ?, ?, ?)')
    .run('desk', 'status', 'w1 SENT', JSON.stringify({ whatsAppMessageId, ...rest, ...ownFields }), NOW);
  return log;
}

test('a status that the version before stored is read as those of today are', async () => {
  expect(await (await openEarlierLog()).events.read(0, 10)).toEqual([
    { id: 1, channel: 'desk', type: 'status', status: UPDATE },
  ]);
});

test('a status that the version before published is not published again', async () => {
  const log = await openEarlierLog();
  await log.publish([{ type: 'status', channel: 'desk', status: UPDATE }], NOW + 1);
  expect(await log.lastId()).toBe(1);
});

test('a status is read as it was appended', async () => {
  const log = await openLog();
  await log.publish([{ type: 'status', channel: 'desk', status: UPDATE }], NOW);
  expect(await log.events.read(0, 10)).toEqual([{ id: 1, channel: 'desk', type: 'status', status: UPDATE }]);
});
