import { afterEach, expect, test } from 'vitest';
import type { DeliveryUpdate } from '../../src/domain/delivery.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { EventLog } from '../../src/store/event-log.ts';

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

/** A log that the version before wrote, which kept what only the provider tells beside the rest. */
function openEarlierLog(): EventLog {
  database = openDatabase(':memory:', 'NORMAL', null);
  const log = EventLog.open(database);
  const { messageId: whatsAppMessageId, ownFields, ...rest } = UPDATE;
  database
    .prepare('INSERT INTO events (channel, type, key, payload, published_at) VALUES (?, ?, ?, ?, ?)')
    .run('desk', 'status', 'w1 SENT', JSON.stringify({ whatsAppMessageId, ...rest, ...ownFields }), NOW);
  return log;
}

test('a status that the version before stored is read as those of today are', () => {
  expect(openEarlierLog().read(0, 10)).toEqual([{ id: 1, channel: 'desk', type: 'status', status: UPDATE }]);
});

test('a status that the version before published is not published again', () => {
  const log = openEarlierLog();
  log.append([{ type: 'status', channel: 'desk', status: UPDATE }], NOW + 1);
  expect(log.lastId()).toBe(1);
});

test('a status is read as it was appended', () => {
  database = openDatabase(':memory:', 'NORMAL', null);
  const log = EventLog.open(database);
  log.append([{ type: 'status', channel: 'desk', status: UPDATE }], NOW);
  expect(log.read(0, 10)).toEqual([{ id: 1, channel: 'desk', type: 'status', status: UPDATE }]);
});
