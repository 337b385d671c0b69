import { expect, test, vi } from 'vitest';
import { gapBefore } from '../../src/archive/gap.ts';
import { KeptMessages } from '../../src/archive/kept-messages.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { openTestStore } from '../support/test-store.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

test('a message whose place another one has taken is shown in the place that it has now', async () => {
  const [first, second] = variedHistory('shop', 1, 2, NOW);
  if (!first || !second) throw new Error('There are no messages');
  const other: MessageRecord = { ...second, sentAt: first.sentAt, sequence: first.sequence };
  const { store } = openTestStore();
  const archive = store.messageArchive('shop', 'shop');
  const kept = new KeptMessages(archive);
  const keep = (message: MessageRecord): Promise<unknown> =>
    archive.keep(createPage({ entries: [toEntry(message)], readAt: NOW }));
  await keep(first);
  expect(await kept.find(first.key)).toEqual(first);
  await keep(other);
  const span = { since: 0, until: NOW };
  const shown = await kept.read({ order: 'ASC', span, terms: [], limit: 10, gap: gapBefore(0) });
  expect(shown.map(({ key }) => key)).toEqual([other.key, first.key]);
  expect(shown.map(({ sequence }) => sequence)).toEqual(
    (await archive.read({ order: 'ASC', span, terms: [], limit: 10, after: null })).map(
      ({ sequence }) => sequence,
    ),
  );
  expect(new Set(shown.map(({ sequence }) => sequence)).size).toBe(2);
  await store.close();
});

test('coverage is read again once the archive has changed, and not before', async () => {
  const archive = new MemoryArchive();
  const readCoverage = vi.spyOn(archive, 'coverage');
  const kept = new KeptMessages(archive);
  expect(await kept.coverage()).toEqual([]);
  expect(await kept.coverage()).toEqual([]);
  expect(readCoverage).toHaveBeenCalledTimes(1);
  const span = { since: 1, until: 5 };
  archive.cover(span);
  expect(await kept.coverage()).toEqual([span]);
  expect(await kept.coverage()).toEqual([span]);
  expect(readCoverage).toHaveBeenCalledTimes(2);
  expect(await kept.isCovered(span)).toBe(true);
});
