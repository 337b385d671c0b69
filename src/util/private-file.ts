import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { isErrno } from './errno.ts';

/** The program's files hold personal data: only its own user may read them. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;
const OTHER_USERS = 0o077;

/** Creates the file if it is missing, and removes other users' permissions, whatever the umask is. */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'ax', PRIVATE_FILE));
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  closeToOthers(path);
}

/**
 * Does nothing when there is no such file. It works by name, since opening and closing a file drops SQLite's locks on
 * it.
 */
export function closeToOthers(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & OTHER_USERS) !== 0) chmodSync(path, PRIVATE_FILE);
}
