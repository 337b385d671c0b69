import { expect, test } from 'vitest';
import { compare, toChanges, type Difference } from '../../src/archive/compare.ts';
import { listParts, type ListingOptions } from '../../src/archive/listing.ts';
import { markAt } from '../../src/archive/mark.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageSource, Slice } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const span = { since: NOW - 400, until: NOW - 100 };

interface World {
  archive: MemoryArchive;
  missing: MessageRecord;
  changed: MessageRecord;
  gone: MessageRecord;
  /** All that is listed in the span. */
  listed: MessageRecord[];
  /** Of the whole span. */
  compare(
    change?: (slice: Slice) => Partial<Slice>,
    onRead?: (slice: Slice) => Promise<void>,
    since?: number,
  ): Promise<Difference>;
}

/** An archive that lacks a message, and has one in an older version and one that the source has taken away. */
async function open(): Promise<World> {
  const messages = variedHistory('shop', 5, 60, NOW).map((message): MessageRecord => {
    return { ...message, availability: 'AVAILABLE' };
  });
  const inside = messages.filter(({ sentAt }) => sentAt >= span.since && sentAt < span.until);
  const [missing, changed, gone] = [inside[2], inside[5], inside[9]];
  if (!missing || !changed || !gone) throw new Error('There are too few messages');
  const archive = new MemoryArchive();
  const entries = messages
    .filter((message) => message !== missing)
    .map((message) => toEntry(message === changed ? { ...message, text: 'before' } : message));
  await archive.keep(createPage({ entries, readAt: 0 }));
  // Outside of the span too: that is not looked at.
  const listed = messages.filter((message) => message !== gone && message.sentAt >= span.since - 50);
  const native = new MemorySource({ channel: 'shop', messages: listed, pageSize: 4 });
  return {
    archive,
    missing,
    changed,
    gone,
    listed,
    async compare(change = () => ({}), onRead = () => Promise.resolve(), since = span.since) {
      const source: MessageSource = {
        id: native.id,
        channel: native.channel,
        start: (walk) => native.start(walk),
        read: async (position, walk, budget) => {
          const slice = await native.read(position, walk, budget);
          await onRead(slice);
          return { ...slice, ...change(slice) };
        },
      };
      const options: ListingOptions = {
        source,
        archive,
        clock: new TestClock(NOW),
        createBudget: () => new TestBudget(NOW),
      };
      const whole: Difference = { missing: [], changed: [], relisted: [], delisted: [], isCertain: true };
      for await (const part of listParts(markAt(since), span.until, options)) {
        const {
          missing: lacking,
          changed: other,
          relisted,
          delisted,
          isCertain,
        } = await compare(part, options);
        whole.isCertain &&= isCertain;
        // A moment may be in two parts.
        for (const message of lacking) if (!whole.missing.includes(message)) whole.missing.push(message);
        for (const message of other) if (!whole.changed.includes(message)) whole.changed.push(message);
        whole.relisted.push(...relisted);
        whole.delisted.push(...delisted);
      }
      return whole;
    },
  };
}

const keysOf = (messages: readonly MessageRecord[]): string[] => messages.map(({ key }) => key);

test('tells what is missing, has changed, and is listed no more or again', async () => {
  const world = await open();
  const { missing, changed, gone, archive } = world;
  const difference = await world.compare();
  expect(difference).toEqual({
    missing: [missing],
    changed: [changed],
    relisted: [],
    delisted: [gone.key],
    isCertain: true,
  });
  const kept = world.listed.find((message) => message.sentAt >= span.since && message.key !== missing.key);
  await archive.keep(
    createPage({
      entries: toChanges(difference).map(toEntry),
      delisted: [...difference.delisted, kept?.key ?? ''],
      readAt: NOW,
    }),
  );
  expect(await world.compare()).toMatchObject({ missing: [], changed: [], relisted: [kept], delisted: [] });
});

test('other work runs between a page of records that have to be parsed', async () => {
  const [first] = variedHistory('shop', 5, 1, NOW);
  if (!first) throw new Error('There is no message');
  const messages = Array.from({ length: 500 }, (_, index): MessageRecord => {
    const sentAt = span.since + (index % 200);
    return { ...first, key: `k${index}`, sentAt, sequence: `${sentAt}.${String(index).padStart(3, '0')}` };
  });
  const archive = new MemoryArchive();
  const withText = (message: MessageRecord, text: string): MessageRecord => ({ ...message, text });
  await archive.keep({
    entries: messages.map((message) => toEntry(withText(message, 'before'))),
    delisted: [],
    readAt: 0,
    covers: null,
    progress: null,
  });
  let isDone = false;
  let turns = 0;
  const other = (): void => {
    turns++;
    if (!isDone) setImmediate(other);
  };
  setImmediate(other);
  const { changed } = await compare(
    {
      span,
      messages: messages.map((message) => withText(message, 'after')),
      listed: null,
      lastChange: 0,
      next: markAt(span.until),
    },
    {
      source: new MemorySource({ channel: 'shop', messages: [], pageSize: 1 }),
      archive,
      clock: new TestClock(NOW),
      createBudget: () => new TestBudget(NOW),
    },
  );
  isDone = true;
  expect(changed).toHaveLength(500);
  expect(turns).toBeGreaterThanOrEqual(10);
});

test('takes nothing for delisted where the source lists less than there is', async () => {
  const world = await open();
  const { delisted, isCertain } = await world.compare(() => ({ isIncomplete: true }));
  expect([delisted, isCertain]).toEqual([[], true]);
});

test('what was kept after the page was read is not taken for delisted, and is to be compared again', async () => {
  const world = await open();
  const { archive, gone } = world;
  const late = { ...gone, key: 'late', sequence: `${gone.sequence}.1` };
  const page = createPage({ entries: [toEntry(late)], readAt: NOW });
  // While the page is on its way in which it would be listed.
  const keepLate = async ({ messages }: Slice): Promise<void> => {
    if (messages.some(({ sentAt }) => sentAt > late.sentAt)) await archive.keep(page);
  };
  expect(await world.compare(undefined, keepLate)).toMatchObject({ delisted: [gone.key], isCertain: false });
  expect(await world.compare(undefined, keepLate)).toMatchObject({
    delisted: [gone.key, 'late'],
    isCertain: true,
  });
});

test('whatever else is kept meanwhile, what is gone is told', async () => {
  const world = await open();
  const other = { ...world.gone, key: 'other', sequence: '0', sentAt: NOW - 100_000 };
  let version = 0;
  const { delisted, isCertain } = await world.compare(undefined, async () => {
    const entries = [toEntry({ ...other, text: `${++version}` })];
    await world.archive.keep(createPage({ entries, readAt: NOW }));
  });
  expect([delisted, isCertain]).toEqual([[world.gone.key], true]);
});

test('of what has expired, a page is read', async () => {
  const world = await open();
  const { archive } = world;
  const begin = span.since - 5_000;
  const expired = Array.from({ length: 3_000 }, (_, index) => ({
    ...world.gone,
    key: `expired ${index}`,
    sentAt: begin + index,
    sequence: `${begin + index}`,
  }));
  await archive.keep(createPage({ entries: expired.map(toEntry), readAt: 0 }));
  let read = 0;
  const readArchive = archive.read.bind(archive);
  archive.read = async (query) => {
    const found = await readArchive(query);
    read += found.length;
    return found;
  };
  const { delisted } = await world.compare(() => ({ endReason: 'EXPIRED' }), undefined, begin);
  expect(delisted).toEqual([world.gone.key]);
  expect(read).toBeLessThan(1_500);
});

test('what has expired was not taken away', async () => {
  const world = await open();
  const { listed, gone } = world;
  // Nothing older than it is listed any more.
  listed.splice(
    0,
    listed.findIndex(({ sentAt }) => sentAt > gone.sentAt),
  );
  const older = world.listed.filter(({ sentAt }) => sentAt <= gone.sentAt);
  expect(older).toEqual([]);
  expect((await world.compare(() => ({ endReason: 'EXPIRED' }))).delisted).toEqual([]);
  expect((await world.compare(() => ({ endReason: 'BEGINNING' }))).delisted).toContain(gone.key);
});

test('a hole that a provider lists in place of a message does not replace what is kept', async () => {
  const world = await open();
  const { listed, changed, missing } = world;
  const hole = { text: null, parts: null, availability: 'UNAVAILABLE' as const };
  const index = listed.indexOf(changed);
  const other = listed[index + 1];
  if (!other) throw new Error('There are too few messages');
  // One that still has its key, one that has another, and one that was never kept.
  listed[index] = { ...changed, ...hole };
  listed[index + 1] = { ...other, ...hole, key: 'another' };
  listed[listed.indexOf(missing)] = { ...missing, ...hole };
  const difference = await world.compare();
  expect(keysOf(difference.missing)).toEqual([missing.key]);
  expect(difference.changed).toEqual([]);
  expect(difference.delisted.sort()).toEqual([changed.key, other.key, world.gone.key].sort());
});
