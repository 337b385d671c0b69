import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createReading } from '../../src/app/reading.ts';
import { createStores } from '../../src/app/stores.ts';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { RecordingDatabase } from '../support/recording-database.ts';
import { SAMPLE_CONFIG, SAMPLE_ENVIRONMENT } from '../support/sample-config.ts';
import { TestClock } from '../support/test-clock.ts';

const log = pino({ enabled: false });
const surroundings = { clock: new TestClock(Date.parse('2026-03-20T12:00:00Z')), log };
const config = parseConfig(SAMPLE_CONFIG, {
  source: 'a test',
  directory: process.cwd(),
  environment: SAMPLE_ENVIRONMENT,
});
const stores = await createStores(config, surroundings);
const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** A store with its tables, and nothing in them. */
function newStore(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-reading-'));
  directories.push(directory);
  const file = join(directory, 'gateway.db');
  openDatabase(file, 'FULL').close();
  return file;
}

function open(file: string): RecordingDatabase {
  const database = new RecordingDatabase(file);
  onTestFinished(() => {
    database.close();
  });
  return database;
}

test('creating everything that reads runs no statement but those that open the event log and the audit log', async () => {
  const database = open(newStore());
  await createReading(config, { ...stores, store: toStore(database) }, surroundings);
  const other = open(newStore());
  const store = toStore(other);
  await store.openLive(config.webhooks);
  await AuditLog.open(store.audit, stores.secret, log);
  expect(other.ran.length).toBeGreaterThan(0);
  expect(database.ran).toEqual(other.ran);
});

test('on a store that was used before it writes nothing', async () => {
  const file = newStore();
  await createReading(config, { ...stores, store: toStore(open(file)) }, surroundings);
  const database = open(file);
  await createReading(config, { ...stores, store: toStore(database) }, surroundings);
  expect(database.prepare('SELECT total_changes() AS count').get()).toEqual({ count: 0 });
});
