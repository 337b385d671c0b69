import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import { openForReading, openStore } from '../../../src/store/open-store.ts';
import { isConstraintViolation, isStoreFailure } from '../../../src/store/store-failure.ts';
import { inTime } from '../../../src/store/sql/archive/index/statement.ts';
import { ARCHIVE_MIGRATIONS } from '../../../src/store/sqlite/archive/migrations.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { ArchiveThread } from '../../../src/store/sqlite/archive/thread.ts';
import type { ArchiveIndex, Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { toPage } from '../../../tools/archive-pages.ts';
import { createMemoryLog } from '../../support/memory-log.ts';

const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER };
const SIZE = 100;
const KILLS = 6;
const surroundings = { clock: systemClock, log: createMemoryLog().log };
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-thread-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function open(): Promise<Store> {
  return openStore('sqlite:gateway.db', directory, null, surroundings);
}

function startWriter(count: number): ChildProcess {
  const program = join(import.meta.dirname, 'archive-writer.ts');
  return spawn(process.execPath, [program, directory, String(SIZE), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The numbers that it writes. @param onFirst called when there is one */
async function readNumbers(
  { stdout }: ChildProcess,
  onFirst: () => void = () => undefined,
): Promise<number[]> {
  const numbers: number[] = [];
  if (!stdout) return numbers;
  for await (const line of createInterface({ input: stdout })) {
    numbers.push(Number(line));
    if (numbers.length === 1) onFirst();
  }
  return numbers;
}

test(
  'a process that is killed has kept each page that it said, and none in part',
  { timeout: 120_000 },
  async () => {
    let kept = 0;
    for (let round = 0; round < KILLS; round++) {
      const writer = startWriter(1_000);
      // At another moment of a page each time.
      const numbers = await readNumbers(writer, () =>
        setTimeout(() => writer.kill('SIGKILL'), 20 + round * 17),
      );
      const store = await open();
      const archive = store.messageArchive('shop', 'shop');
      const done = Number(await archive.progress('backfill'));
      expect(done).toBeGreaterThan(numbers.at(-1) ?? Infinity);
      expect(done).toBeGreaterThan(kept);
      kept = done;
      const keys = Array.from({ length: done }, (_, number) => toPage(number * SIZE, SIZE).entries).flat();
      const everything = await archive.read({
        order: 'ASC',
        span: ALWAYS,
        after: null,
        terms: [],
        limit: 1_000_000,
      });
      expect(everything.map(({ record }) => record)).toEqual(keys.map(({ record }) => record));
      expect(await archive.coverage()).toEqual([{ since: 0, until: done }]);
      const found = await archive.read({
        order: 'ASC',
        span: ALWAYS,
        after: null,
        terms: [['k:TEXT']],
        limit: 1_000_000,
      });
      expect(found).toHaveLength(keys.length);
      await store.close();
    }
  },
);

test('the thread does not keep its process from ending, once everything is written', async () => {
  const writer = startWriter(3);
  const ended = once(writer, 'exit');
  expect(await readNumbers(writer)).toEqual([0, 1, 2]);
  expect(await ended).toEqual([0, null]);
});

test('a page that is being written when the store closes is kept', async () => {
  const store = await open();
  const kept = store.messageArchive('shop', 'shop').keep(toPage(0, SIZE));
  await store.close();
  expect(await kept).toEqual({ added: SIZE, revised: 0 });
  await expect(store.messageArchive('shop', 'shop').keep(toPage(0, 1))).rejects.toThrow(
    'The archive is closed',
  );
  const reading = await openForReading('sqlite:gateway.db', directory, null, surroundings);
  const archive = reading.messageArchive('shop', 'shop');
  expect(await archive.count()).toBe(SIZE);
  await expect(archive.keep(toPage(0, 1))).rejects.toThrow('The archive is open for reading only');
  await reading.close();
});

test('conversations and figures are read in a thread, and where nothing is written by the process itself', async () => {
  const store = await open();
  await store.messageArchive('shop', 'shop').keep(toPage(0, SIZE));
  const query = { by: 'MESSAGES', order: 'DESC', after: null, limit: SIZE } as const;
  const read = async ({ archiveIndex }: { archiveIndex: () => ArchiveIndex }): Promise<unknown> => {
    const index = archiveIndex();
    return [await index.conversations(['shop'], query), await index.stats(['shop'], ALWAYS, { by: 'KIND' })];
  };
  const found = await read({ archiveIndex: () => store.archiveIndex() });
  expect(found).toMatchObject([{}, [{ messages: SIZE }]]);
  await store.close();
  await expect(store.archiveIndex().conversations(['shop'], query)).rejects.toThrow('The archive is closed');
  const other = await openForReading('sqlite:gateway.db', directory, null, surroundings);
  expect(await read({ archiveIndex: () => other.archiveIndex() })).toEqual(found);
  await other.close();
});

test('a store that never archived anything has no file for it, and reads nothing', async () => {
  await (await open()).close();
  const reading = await openForReading('sqlite:gateway.db', directory, null, surroundings);
  expect(await reading.messageArchive('shop', 'shop').count()).toBe(0);
  await reading.close();
});

test('errors of the thread are told apart as those of other writes are', async () => {
  const store = await open();
  const archive = store.messageArchive('shop', 'shop');
  const [entry] = toPage(0, 1).entries;
  const page = { ...toPage(0, 1), entries: entry ? [entry, { ...entry, key: 'another' }] : [] };
  const violation: unknown = await archive.keep(page).catch((error: unknown) => error);
  expect([isConstraintViolation(violation), isStoreFailure(violation)]).toEqual([true, false]);
  const other = new DatabaseSync(join(directory, 'gateway.db.archive'));
  other.exec('DROP TABLE archive_revision; DROP TABLE archive_terms');
  other.close();
  const failure: unknown = await archive.keep(toPage(0, 1)).catch((error: unknown) => error);
  expect([isConstraintViolation(failure), isStoreFailure(failure)]).toEqual([false, true]);
  await store.close();
});

test('a thread that cannot open its file is a store that fails', async () => {
  const file = join(directory, 'none', 'gateway.db.archive');
  const thread = new ArchiveThread({ file, encryptionKey: null, isReader: true });
  const failure: unknown = await thread.all('SELECT 1').catch((error: unknown) => error);
  expect([isStoreFailure(failure), String(failure)]).toEqual([true, expect.stringMatching(/unable to open/)]);
  await thread.close();
});

test('what no one waits for any more is ended, and the thread reads on', async () => {
  await (await open()).close();
  const file = join(directory, 'gateway.db.archive');
  openDatabase(file, 'FULL', null, ARCHIVE_MIGRATIONS).close();
  const thread = new ArchiveThread({ file, encryptionKey: null, isReader: true });
  const endless = `WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number)
    SELECT COUNT(*) AS count FROM number WHERE i > 0 ${inTime('i')}`;
  await expect(thread.within({ msLeft: 50 }).all(endless)).rejects.toThrow(BudgetSpentError);
  const disconnected = new AbortController();
  const aborted = thread.within({ msLeft: 600_000, signal: disconnected.signal }).all(endless);
  // Behind it, and over before its turn.
  const late = thread.within({ msLeft: 1 }).all('SELECT 1 AS one');
  setTimeout(() => {
    disconnected.abort();
  }, 50);
  await expect(aborted).rejects.toThrow(BudgetSpentError);
  await expect(late).rejects.toThrow(BudgetSpentError);
  expect(await thread.within({ msLeft: 600_000 }).all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await thread.close();
});

test('webhooks are accepted while another process writes to the archive', async () => {
  const store = await open();
  store.messageArchive('shop', 'shop');
  const { inbox } = await store.openLive({ maxInboxItems: 1_000, maxChannelInboxItems: 1_000 });
  const other = new DatabaseSync(join(directory, 'gateway.db.archive'));
  other.exec('BEGIN IMMEDIATE');
  expect(await inbox.accept('shop', [{ key: 'k', payload: 1 }], 1)).toBe('KEPT');
  other.exec('ROLLBACK');
  other.close();
  await store.close();
});

test('the published program has what the thread starts with', async () => {
  const program = join(dirname(process.env['BUILT_PROGRAM'] ?? ''), 'store/sqlite/archive/worker.js');
  const worker = new Worker(program, {
    workerData: { file: join(directory, 'gateway.db.archive'), encryptionKey: null, isReader: false },
  });
  worker.postMessage({
    id: 1,
    task: { type: 'KEEP', source: 'shop', account: 'shop', page: toPage(0, SIZE) },
  });
  expect(await once(worker, 'message')).toEqual([{ id: 1, kept: { added: SIZE, revised: 0 } }]);
  worker.postMessage(null);
  expect(await once(worker, 'exit')).toEqual([0]);
});
