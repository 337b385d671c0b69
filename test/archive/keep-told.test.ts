import { expect, test } from 'vitest';
import { compare } from '../../src/archive/compare.ts';
import { keepTold, withFormersOf } from '../../src/archive/keep-told.ts';
import { listParts } from '../../src/archive/listing.ts';
import { markAt } from '../../src/archive/mark.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { ToldMessages } from '../../src/datasources/message-source.ts';
import { LostLeaseError } from '../../src/errors/store-error.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const DORA = { channel: 'shop', role: 'CUSTOMER', nativeId: 'dora', displayName: 'Dora' } as const;
const SOME = { channel: 'shop', role: 'UNKNOWN', nativeId: 'group', displayName: null } as const;
const PAGE = { delisted: [], readAt: 0, covers: null, progress: null };

/** Webhooks tell that Dora sent the messages with these keys. */
function tellsOf(keys: readonly string[]): ToldMessages {
  return {
    isOpen: ({ sender }) => sender.role === 'UNKNOWN',
    complete: (messages) =>
      Promise.resolve(
        messages.map((message) => (keys.includes(message.key) ? { ...message, sender: DORA } : message)),
      ),
    withFormer: (message, { sender }) => ({ ...message, sender }),
  };
}

/** Messages of some moments around the beginning of a second, none of which tells who sent it. */
function listed(): MessageRecord[] {
  return variedHistory('shop', 1, 6, NOW).map((message, index) => {
    const sentAt = NOW - 2 + index;
    return { ...message, sentAt, sequence: `${sentAt}`, availability: 'AVAILABLE', sender: SOME };
  });
}

async function fill(messages: readonly MessageRecord[]): Promise<MemoryArchive> {
  const archive = new MemoryArchive();
  await archive.keep({ ...PAGE, entries: messages.map(toEntry) });
  return archive;
}

const senderOf = async (archive: MemoryArchive, key = ''): Promise<unknown> => {
  const entry = await archive.find(key);
  return entry && (JSON.parse(entry.record) as MessageRecord).sender.nativeId;
};

test('what is told of messages of a second is kept with them, and found by it; a delisted one stays so', async () => {
  const messages = listed();
  const keys = messages.map(({ key }) => key);
  const archive = await fill(messages);
  await archive.keep({ ...PAGE, entries: [], delisted: [keys[3] ?? ''], readAt: NOW - 7 });
  const told = tellsOf([keys[0] ?? '', keys[2] ?? '', keys[3] ?? '']);
  for (let time = 0; time < 2; time++) await keepTold(archive, told, NOW / 1_000, NOW, createLease());
  // The first is of the second before.
  expect(await Promise.all(keys.map((key) => senderOf(archive, key)))).toEqual([
    'group',
    'group',
    'dora',
    'dora',
    'group',
    'group',
  ]);
  const span = { since: NOW - 9, until: NOW + 9 };
  const found = await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 9 });
  expect(found.map(({ delistedAt }) => delistedAt)).toEqual([null, null, null, NOW - 7, null, null]);
  expect((await archive.revisions(keys[2] ?? '')).length).toBe(1);
  const changes = await archive.lastChange();
  await keepTold(archive, told, NOW / 1_000, NOW, createLease());
  expect(await archive.lastChange()).toBe(changes);
});

test('who has lost the lease keeps nothing', async () => {
  const messages = listed();
  const archive = await fill(messages);
  archive.onKeep = () => {
    throw new LostLeaseError('archive:shop');
  };
  const keeping = keepTold(archive, tellsOf([messages[3]?.key ?? '']), NOW / 1_000, NOW, createLease());
  await expect(keeping).rejects.toThrow(LostLeaseError);
});

test('once webhooks tell it no more, a message that is listed again keeps what was told of it', async () => {
  const messages = listed();
  const [first, second] = messages;
  if (!first || !second) throw new Error('There are no messages');
  const archive = await fill([{ ...first, sender: DORA }, ...messages.slice(1)]);
  const source = Object.assign(new MemorySource({ channel: 'shop', messages, pageSize: 9 }), {
    told: tellsOf([]),
  });
  const again = await withFormersOf(messages, source, archive);
  expect(again.map(({ sender }) => sender.nativeId)).toEqual(['dora', ...Array<string>(5).fill('group')]);
  expect(await withFormersOf(messages, {}, archive)).toBe(messages);

  const clock = new TestClock(NOW + 60_000);
  const options = { source, archive, clock, createBudget: () => new TestBudget(NOW) };
  for await (const part of listParts(markAt(NOW - 9), NOW + 9, options)) {
    // Another text is a change, and does not take the name away.
    const { changed } = await compare(
      {
        ...part,
        messages: part.messages.map((each) => (each.key === first.key ? { ...each, text: 'new' } : each)),
      },
      options,
    );
    expect(changed).toEqual([{ ...first, text: 'new', sender: DORA }]);
    expect((await compare(part, options)).changed).toEqual([]);
  }
});
