import { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { BudgetSpentError } from '../../../errors/upstream-error.ts';
import type { ReadLimit } from '../../ports/archive-index.ts';
import { SqlMessageArchive } from '../../sql/archive/message-archive.ts';
import { openDatabase, openReader } from '../database.ts';
import { sqliteCodeOf } from '../error.ts';
import { SqliteSql } from '../sqlite-sql.ts';
import { ARCHIVE_MIGRATIONS } from './migrations.ts';
import { SqliteArchiveTables } from './tables.ts';
import {
  monotonicOfAll,
  type ArchiveName,
  type ThreadAnswer,
  type ThreadData,
  type ThreadLimit,
  type ThreadRequest,
  type ThreadTask,
} from './thread.ts';

/** What `ArchiveThread` starts. */
const { file, encryptionKey, isReader } = toThreadData(workerData);
const database = isReader
  ? openReader(file, encryptionKey, ARCHIVE_MIGRATIONS)
  : openDatabase(file, 'FULL', encryptionKey, ARCHIVE_MIGRATIONS);
const sql = new SqliteSql(database);
const tables = new SqliteArchiveTables(sql);
const archives = new Map<string, SqlMessageArchive>();

function archiveOf({ source, account }: ArchiveName): SqlMessageArchive {
  const archive = archives.get(source) ?? new SqlMessageArchive(sql, database.vault, tables, source, account);
  archives.set(source, archive);
  return archive;
}

async function run(id: number, task: ThreadTask): Promise<ThreadAnswer> {
  switch (task.type) {
    case 'KEEP':
      return { id, kept: await archiveOf(task).keep(task.page) };
    case 'REMOVE':
      return { id, removed: await archiveOf(task).remove(task.keys) };
    case 'REPLACE':
      await archiveOf(task).replace(task.entries, task.readAt);
      return { id, replaced: true };
    case 'READ':
      return {
        id,
        rows: await (task.limit ? sql.within(toLimit(task.limit)) : sql).all(task.text, task.values),
      };
  }
}

async function answer({ id, task }: NonNullable<ThreadRequest>): Promise<ThreadAnswer> {
  try {
    return await run(id, task);
  } catch (error) {
    if (error instanceof BudgetSpentError) return { id, isOver: true };
    return {
      id,
      problem: error instanceof Error ? error.message : String(error),
      errcode: sqliteCodeOf(error),
    };
  }
}

function toLimit({ endsAt, aborted }: ThreadLimit): ReadLimit {
  const flag = new Int32Array(aborted);
  return {
    get msLeft(): number {
      return Atomics.load(flag, 0) === 0 ? endsAt - monotonicOfAll() : 0;
    },
  };
}

const running = new Set<Promise<void>>();
parentPort?.on('message', (request: ThreadRequest) => {
  if (request === null) {
    void end();
    return;
  }
  const done = answer(request).then((result) => parentPort?.postMessage(result));
  running.add(done);
  void done.then(() => running.delete(done));
});

async function end(): Promise<void> {
  await Promise.all(running);
  await sql.close();
  parentPort?.close();
}

function toThreadData(data: unknown): ThreadData {
  if (typeof data === 'object' && data !== null && 'file' in data && 'encryptionKey' in data) {
    const { file: path, encryptionKey: key } = data;
    const isReading = 'isReader' in data && data.isReader === true;
    if (typeof path === 'string' && (key === null || key instanceof KeyObject))
      return { file: path, encryptionKey: key, isReader: isReading };
  }
  throw new Error('This is the program of a thread');
}
