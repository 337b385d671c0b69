import { expect, test } from 'vitest';
import { keepChanged } from '../../src/archive/keep-changed.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

test('a message that is kept gets a new version, and another one is not kept', async () => {
  const [kept, other] = variedHistory('shop', 1, 2, NOW);
  if (!kept || !other) throw new Error('There are no messages');
  const archive = new MemoryArchive();
  await archive.keep({ entries: [toEntry(kept)], delisted: [], readAt: 0, covers: null, progress: null });
  const recalled = { ...kept, availability: 'RECALLED' as const, text: null, parts: null };
  // The same again changes nothing.
  for (let time = 0; time < 2; time++) await keepChanged(archive, [recalled, other], NOW, createLease());
  expect((await archive.find(kept.key))?.record).toBe(JSON.stringify(recalled));
  expect(await archive.revisions(kept.key)).toEqual([{ record: JSON.stringify(kept), replacedAt: NOW }]);
  expect(archive.has(other.key)).toBe(false);
});
