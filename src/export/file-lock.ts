import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFile } from '../util/private-file.ts';
import { SQLITE_BUSY, sqliteCodeOf } from '../store/sqlite/error.ts';
import { ExportError } from './export-error.ts';

/**
 * Lets one process at a time write a file. The lock is SQLite's on an empty file beside it, since Node.js has none of
 * its own: the operating system releases it when the process ends, however it ends.
 *
 * @returns releases the lock
 * @throws ExportError when another process has it
 */
export function lockFile(file: string): () => void {
  const path = `${file}.lock`;
  makePrivateFile(path);
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (sqliteCodeOf(error) !== SQLITE_BUSY) throw error;
    throw new ExportError(`Another export is writing ${file} just now. Wait until it has ended.`);
  }
  return () => {
    // Before the release: no other process may wait for a lock on a file that is about to be deleted.
    rmSync(path);
    lock.close();
  };
}
