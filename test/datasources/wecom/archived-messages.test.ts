import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { toStreamPage } from '../../../src/datasources/wecom/archive.ts';
import { ArchivedMessages } from '../../../src/datasources/wecom/archived-messages.ts';
import type { MessageStream, Store } from '../../../src/store/store.ts';
import { createTestLocation, openTestLocation } from '../../support/test-store.ts';

const LAST = { sendTime: 9_999_999_999, rank: 0 };

function entry(msgId: string, sendTime: number) {
  return { msgId, sendTime, record: { msgid: msgId } };
}

function openArchive(store: Store): MessageStream {
  return store.messageStream('ww1', 'corp');
}

test('a message is mapped once, and which ones there are is seen whichever process archives them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-archive-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const location = await createTestLocation(`sqlite:${join(directory, 'one.db')}`);
  const [store, other] = [await openTestLocation(location), await openTestLocation(location)];
  onTestFinished(async () => {
    await Promise.all([store.close(), other.close()]);
  });
  const archive = openArchive(store);
  const messages = new ArchivedMessages('corp', archive);
  const keys = async (limit: number): Promise<string[]> =>
    (await messages.read('DESC', LAST, limit, null)).map(({ key }) => key);
  expect(await keys(10)).toEqual([]);
  await archive.keep(
    toStreamPage('corp', {
      entries: [entry('a', 1), entry('b', 2), entry('c', 3)],
      cursor: null,
      nextCursor: 'C1',
      caughtUpAt: 100,
    }),
  );
  expect([await keys(2), await keys(1), await keys(3), await keys(10)]).toEqual([
    ['c', 'b'],
    ['c'],
    ['c', 'b', 'a'],
    ['c', 'b', 'a'],
  ]);
  const [newest] = await messages.read('DESC', LAST, 1, null);
  expect(await messages.find('c')).toBe(newest);
  // By another process, and late.
  await openArchive(other).keep(
    toStreamPage('corp', {
      entries: [entry('d', 2), entry('e', 4)],
      cursor: 'C1',
      nextCursor: 'C2',
      caughtUpAt: 200,
    }),
  );
  expect(await keys(10)).toEqual(['e', 'c', 'd', 'b', 'a']);
  expect((await messages.read('DESC', LAST, 2, null))[1]).toBe(newest);
});
