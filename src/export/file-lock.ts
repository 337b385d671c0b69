import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFile } from '../util/private-file.ts';
import { SQLITE_BUSY, sqliteCodeOf } from '../store/sqlite/error.ts';
import { ExportError } from './export-error.ts';

/**
 * Lets one process at a time write a file. The lock is SQLite's on an empty file beside it, since Node.js has none of its
 * own: the operating system takes it away from a process that ends, however it ends.
 *
 * @returns gives the lock back
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
    // Before it is given back: nobody may wait for a lock on a file that is about to go.
    rmSync(path);
    lock.close();
  };
}
