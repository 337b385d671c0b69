import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { isErrno } from './errno.ts';

/** What the program writes tells of people: only its own user may read it. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;
const ANYBODY_ELSE = 0o077;

/** Makes the file where it is missing, and closes it to other users of the machine, whatever the umask is. */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'ax', PRIVATE_FILE));
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  closeToOthers(path);
}

/**
 * Does nothing when there is no such file. By its name, since a file that is opened and closed loses the locks that
 * SQLite has on it.
 */
export function closeToOthers(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & ANYBODY_ELSE) !== 0) chmodSync(path, PRIVATE_FILE);
}
