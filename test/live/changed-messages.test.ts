import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { ErasedPeople } from '../../src/domain/erasure.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { LostLeaseError, UnreachableStoreError } from '../../src/errors/store-error.ts';
import { ChangedMessages } from '../../src/live/changed-messages.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { StepClock } from '../support/step-clock.ts';

async function setUp() {
  const channel = new MemoryChannel('shop');
  const [one, other] = [channel.add(1_000), channel.add(2_000)];
  const archive = new MemoryArchive();
  const entries = [one, other].map(toEntry);
  await archive.keep({ entries, delisted: [], readAt: 3_000, covers: null, progress: null });
  const clock = new StepClock();
  const ending = new AbortController();
  const failures: unknown[] = [];
  let erased: ErasedPeople | null = null;
  const eraseAll = (): void => {
    erased = { has: () => true, hasMessage: () => true, isHeld: () => false };
  };
  const changed = new ChangedMessages({
    archives: [new MemoryArchive(), archive],
    clock,
    lease: createLease(ending.signal),
    erased: () => erased,
    onFailure: (error) => failures.push(error),
  });
  const textOf = async ({ key }: MessageRecord): Promise<unknown> => {
    const entry = await archive.find(key);
    return entry && (JSON.parse(entry.record) as MessageRecord).text;
  };
  const failWith = (error: Error | null): void => {
    archive.onKeep = () => {
      if (error) throw error;
    };
  };
  return { one, other, archive, clock, ending, failures, changed, textOf, failWith, eraseAll };
}

test('a new version is kept where the message is, and others are not', async () => {
  const { one, changed, archive, textOf } = await setUp();
  const unknown = new MemoryChannel('shop').add(9_000);
  await changed.keep([
    { ...one, text: 'new' },
    { ...unknown, key: 'unknown' },
  ]);
  expect([await textOf(one), archive.has('unknown')]).toEqual(['new', false]);
});

test('while the archive’s store fails nothing waits for it, and all is kept in its newest version once it answers', async () => {
  const { one, other, changed, clock, failures, textOf, failWith } = await setUp();
  const away = new UnreachableStoreError('away');
  failWith(away);
  await changed.keep([{ ...one, text: 'first' }]);
  await changed.keep([{ ...one, text: 'second' }]);
  await changed.keep([{ ...other, text: 'other' }]);
  await clock.advance(60_000);
  expect([failures, await textOf(one)]).toEqual([[away], one.text]);
  failWith(null);
  await clock.advance(60_000);
  expect([await textOf(one), await textOf(other)]).toEqual(['second', 'other']);
  await changed.close();
  // It is told of again when it fails again.
  failWith(away);
  await changed.keep([{ ...one, text: 'third' }]);
  expect(failures).toEqual([away, away]);
});

test('a slow archive is waited for a moment, and then nothing waits for it', async () => {
  const { one, other, changed, clock, archive, textOf } = await setUp();
  const keep = archive.keep.bind(archive);
  const slow = Promise.withResolvers<undefined>();
  archive.keep = async (...page) => {
    await slow.promise;
    return keep(...page);
  };
  let isDone = false;
  const keeping = changed.keep([{ ...one, text: 'new' }]).then(() => {
    isDone = true;
  });
  await clock.advance(249);
  expect(isDone).toBe(false);
  await clock.advance(1);
  await keeping;
  await changed.keep([{ ...other, text: 'newer' }]);
  expect([await textOf(one), await textOf(other)]).toEqual([one.text, other.text]);
  slow.resolve(undefined);
  await changed.close();
  expect([await textOf(one), await textOf(other)]).toEqual(['new', 'newer']);
});

test('a message that cannot be kept keeps no other one from being kept, now or later', async () => {
  const { one, other, changed, clock, archive, failures, textOf } = await setUp();
  const find = archive.find.bind(archive);
  const broken = new Error('What is kept does not open');
  let tried = 0;
  archive.find = (key) => {
    if (key !== one.key) return find(key);
    tried++;
    throw broken;
  };
  await changed.keep([
    { ...one, text: 'new' },
    { ...other, text: 'new' },
  ]);
  expect([await find(one.key), await textOf(other)]).toMatchObject([{ sentAt: one.sentAt }, 'new']);
  await changed.keep([{ ...other, text: 'newer' }]);
  await clock.advance(60_000);
  await changed.close();
  expect([await textOf(other), failures]).toEqual(['newer', [broken]]);
  expect(tried).toBe(2);
});

test('a lost lease ends it, and so does a store that fails once it has ended', async () => {
  const { one, changed, clock, ending, failures, textOf, failWith } = await setUp();
  failWith(new LostLeaseError('lost'));
  await expect(changed.keep([{ ...one, text: 'new' }])).rejects.toThrow(LostLeaseError);
  failWith(new UnreachableStoreError('away'));
  await changed.keep([{ ...one, text: 'new' }]);
  failWith(new LostLeaseError('lost'));
  await clock.advance(60_000);
  await changed.close();
  failWith(new UnreachableStoreError('away'));
  await changed.keep([{ ...one, text: 'newer' }]);
  ending.abort();
  await changed.close();
  expect([failures.length, await textOf(one)]).toEqual([1, one.text]);
  // The store is well again before the process ends.
  await changed.keep([{ ...one, text: 'newest' }]);
  failWith(null);
  await changed.keep([{ ...one, text: 'last' }]);
  await changed.close();
  expect(await textOf(one)).toBe('last');
});

test('what has waited is not kept of people who were erased meanwhile', async () => {
  const { one, changed, clock, textOf, failWith, eraseAll } = await setUp();
  failWith(new UnreachableStoreError('away'));
  await changed.keep([{ ...one, text: 'second' }]);
  eraseAll();
  failWith(null);
  await clock.advance(60_000);
  expect(await textOf(one)).toBe(one.text);
  await changed.close();
});

test('many that have waited are kept some at a time', async () => {
  const { archive, changed, clock, failWith } = await setUp();
  const channel = new MemoryChannel('shop');
  const many = Array.from({ length: 1_200 }, (_, index) => channel.add(10_000 + index));
  await archive.keep({ entries: many.map(toEntry), delisted: [], readAt: 0, covers: null, progress: null });
  failWith(new UnreachableStoreError('away'));
  await changed.keep(many.map((message) => ({ ...message, text: 'new' })));
  const pages: number[] = [];
  archive.onKeep = (page) => pages.push(page.entries.length);
  await clock.advance(60_000);
  await changed.close();
  expect(pages).toEqual(Array.from({ length: 24 }, () => 50));
});
