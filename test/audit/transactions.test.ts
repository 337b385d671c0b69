import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { AuditStore } from '../../src/store/store.ts';
import { recordEntry } from './entries.ts';

const SECRET = Buffer.alloc(32, 7);

interface World {
  audit: AuditLog;
  store: AuditStore;
  /** Of SQLite. */
  commits: () => number;
}

async function open(): Promise<World> {
  const database = openDatabase(':memory:', 'NORMAL');
  const { audit: store } = toStore(database);
  const audit = await AuditLog.open(store, SECRET, pino({ enabled: false }));
  const exec = vi.spyOn(database, 'exec');
  return { audit, store, commits: () => exec.mock.calls.filter(([text]) => text === 'COMMIT').length };
}

async function findingsOf(store: AuditStore): Promise<string[]> {
  return (await verifyLog(store, new AuditSeal(SECRET))).findings;
}

test('very many entries at once are written in groups, so that other work runs in between', async () => {
  const { audit, store, commits } = await open();
  await Promise.all(Array.from({ length: 2_500 }, (_, number) => recordEntry(audit, number)));
  expect(commits()).toBe(4);
  expect(await audit.count()).toBe(2_500);
  expect(await findingsOf(store)).toEqual([]);
});

test('entries that come one by one and close together, as requests do, share a transaction', async () => {
  const { audit, store, commits } = await open();
  const records = Array.from({ length: 16 }, async (_, number) => {
    await new Promise((resolve) => setImmediate(resolve));
    await recordEntry(audit, number);
  });
  await Promise.all(records);
  expect(commits()).toBe(2);
  expect(await findingsOf(store)).toEqual([]);
});
