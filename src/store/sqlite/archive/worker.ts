import { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { SqlMessageArchive } from '../../sql/archive/message-archive.ts';
import { openDatabase } from '../database.ts';
import { sqliteCodeOf } from '../error.ts';
import { SqliteSql } from '../sqlite-sql.ts';
import { ARCHIVE_MIGRATIONS } from './migrations.ts';
import { SqliteArchiveTables } from './tables.ts';
import type { ThreadAnswer, ThreadData, ThreadRequest } from './thread.ts';

/** What `ArchiveThread` starts. */
const { file, encryptionKey } = toThreadData(workerData);
const database = openDatabase(file, 'FULL', encryptionKey, ARCHIVE_MIGRATIONS);
const sql = new SqliteSql(database);
const tables = new SqliteArchiveTables(sql);
const archives = new Map<string, SqlMessageArchive>();

async function keep({ id, source, page }: NonNullable<ThreadRequest>): Promise<ThreadAnswer> {
  const archive = archives.get(source) ?? new SqlMessageArchive(sql, database.vault, tables, source);
  archives.set(source, archive);
  try {
    return { id, kept: await archive.keep(page) };
  } catch (error) {
    return {
      id,
      problem: error instanceof Error ? error.message : String(error),
      errcode: sqliteCodeOf(error),
    };
  }
}

const writing = new Set<Promise<void>>();
parentPort?.on('message', (request: ThreadRequest) => {
  if (request === null) {
    void end();
    return;
  }
  const written = keep(request).then((answer) => parentPort?.postMessage(answer));
  writing.add(written);
  void written.then(() => writing.delete(written));
});

async function end(): Promise<void> {
  await Promise.all(writing);
  await sql.close();
  parentPort?.close();
}

function toThreadData(data: unknown): ThreadData {
  if (typeof data === 'object' && data !== null && 'file' in data && 'encryptionKey' in data) {
    const { file: path, encryptionKey: key } = data;
    if (typeof path === 'string' && (key === null || key instanceof KeyObject))
      return { file: path, encryptionKey: key };
  }
  throw new Error('This is the program of a thread');
}
