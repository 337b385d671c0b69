import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { STORE_MIGRATIONS } from '../../../src/store/sqlite/migrations.ts';
import { scrubFile } from '../../../src/store/sqlite/scrub.ts';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-scrub-'));
  file = join(directory, 'gateway.db');
  openDatabase(file, 'FULL').close();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Reads from the file until it is closed. */
function openTransaction(): DatabaseSync {
  const reader = new DatabaseSync(file, { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM settings').get();
  return reader;
}

test('while another program reads, the log waits to be emptied, and a gateway writes on', async () => {
  const reader = openTransaction();
  const scrubbed = scrubFile(file, null, STORE_MIGRATIONS);
  const writer = fork(join(import.meta.dirname, 'scrub-writer.ts'), [file]);
  const writes: unknown[] = [];
  await new Promise<void>((resolve) => {
    writer.on('message', (isMade) => {
      if (writes.push(isMade) === 60) resolve();
    });
  });
  reader.close();
  await scrubbed;
  const ended = once(writer, 'exit');
  writer.disconnect();
  await ended;
  expect([writes.length >= 60, writes.filter((isMade) => isMade !== true)]).toEqual([true, []]);
  await scrubFile(file, null, STORE_MIGRATIONS);
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
});

test('a log that cannot be emptied is no success', async () => {
  const reader = openTransaction();
  await expect(scrubFile(file, null, STORE_MIGRATIONS, 2)).rejects.toThrow(
    /gateway\.db: its log could not be emptied, since a program has been reading from it/,
  );
  reader.close();
  await scrubFile(file, null, STORE_MIGRATIONS, 1);
});
