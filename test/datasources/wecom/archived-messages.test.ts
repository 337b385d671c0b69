import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Archive } from '../../../src/datasources/wecom/archive.ts';
import { ArchivedMessages } from '../../../src/datasources/wecom/archived-messages.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';

const LAST = { sendTime: 9_999_999_999, rank: 0 };

function entry(msgId: string, sendTime: number) {
  return { msgId, sendTime, record: { msgid: msgId } };
}

test('a message is mapped once, and which ones there are is seen whichever process archives them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-archive-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  using database = openDatabase(join(directory, 'one.db'), 'NORMAL');
  using other = openDatabase(join(directory, 'one.db'), 'NORMAL');
  const archive = new Archive(database, 'ww1', 'corp');
  const messages = new ArchivedMessages('corp', archive);
  const keys = (limit: number): string[] => messages.read('DESC', LAST, limit, null).map(({ key }) => key);
  expect(keys(10)).toEqual([]);
  archive.keep([entry('a', 1), entry('b', 2), entry('c', 3)], 'C1', 100);
  expect([keys(2), keys(1), keys(3), keys(10)]).toEqual([
    ['c', 'b'],
    ['c'],
    ['c', 'b', 'a'],
    ['c', 'b', 'a'],
  ]);
  const [newest] = messages.read('DESC', LAST, 1, null);
  expect(messages.find('c')).toBe(newest);
  // By another process, and late.
  new Archive(other, 'ww1', 'corp').keep([entry('d', 2), entry('e', 4)], 'C2', 200);
  expect(keys(10)).toEqual(['e', 'c', 'd', 'b', 'a']);
  expect(messages.read('DESC', LAST, 2, null)[1]).toBe(newest);
});
