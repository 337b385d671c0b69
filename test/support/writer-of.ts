import { vi } from 'vitest';
import { Database } from '../../src/store/sqlite/database.ts';

/** @returns what `open` opens, and the connection that writes what must never be lost */
export async function openWithWriter<T>(open: () => Promise<T>): Promise<[opened: T, writer: Database]> {
  const exec = vi.spyOn(Database.prototype, 'exec');
  try {
    const opened = await open();
    const { calls, contexts } = exec.mock;
    const writer: unknown = contexts[calls.findIndex(([sql]) => sql.includes('synchronous = FULL'))];
    if (!(writer instanceof Database)) throw new Error('No store was opened for writing');
    return [opened, writer];
  } finally {
    exec.mockRestore();
  }
}
