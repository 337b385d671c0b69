import { expect, test } from 'vitest';
import { keepChanged } from '../../src/archive/keep-changed.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { ErasedPeople } from '../../src/domain/erasure.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

const ERASED: ErasedPeople = { has: () => true, hasMessage: () => true, isHeld: () => false };

/** An archive of a message, which is recalled, and another message. */
async function setUp() {
  const [kept, other] = variedHistory('shop', 1, 2, NOW);
  if (!kept || !other) throw new Error('There are no messages');
  const archive = new MemoryArchive();
  await archive.keep({ entries: [toEntry(kept)], delisted: [], readAt: 0, covers: null, progress: null });
  const recalled: MessageRecord = { ...kept, availability: 'RECALLED', text: null, parts: null };
  const keep = (
    messages: readonly MessageRecord[],
    readErased: () => Promise<ErasedPeople | null> = () => Promise.resolve(null),
  ): Promise<void> => keepChanged(archive, messages, { readAt: NOW, fence: createLease(), readErased });
  return { archive, kept, other, recalled, keep };
}

test('a message that is kept gets a new version, and another one is not kept', async () => {
  const { archive, kept, other, recalled, keep } = await setUp();
  // The same again changes nothing.
  for (let time = 0; time < 2; time++) await keep([recalled, other]);
  expect((await archive.find(kept.key))?.record).toBe(JSON.stringify(recalled));
  expect(await archive.revisions(kept.key)).toEqual([{ record: JSON.stringify(kept), replacedAt: NOW }]);
  expect([archive.has(other.key), archive.pages]).toEqual([false, 2]);
});

test('a message that is taken away meanwhile does not come back', async () => {
  const { archive, kept, recalled, keep } = await setUp();
  await keep([recalled], async () => {
    await archive.remove([kept.key]);
    return null;
  });
  expect(archive.has(kept.key)).toBe(false);
});

test('what is taken out of a message meanwhile does not come back, and what is told of the rest is kept', async () => {
  const { archive, kept, recalled, keep } = await setUp();
  const rest = { ...kept, text: 'without a name' };
  const states: (ErasedPeople | null)[] = [];
  await keep([recalled], async () => {
    if (states.length === 0) await archive.replace([toEntry(rest)]);
    // It was not known yet when the person was taken out.
    states.push(states.length === 0 ? null : ERASED);
    return states.at(-1) ?? null;
  });
  expect(states).toEqual([null, ERASED]);
  expect((await archive.find(kept.key))?.record).toBe(JSON.stringify(rest));
  await keep([recalled], () => Promise.resolve({ ...ERASED, isHeld: () => true }));
  expect((await archive.find(kept.key))?.record).toBe(JSON.stringify(recalled));
});
