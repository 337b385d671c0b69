import { expect, test } from 'vitest';
import { ArchiveFailures } from '../../src/archive/archive-failure.ts';
import type { BackfillOptions } from '../../src/archive/backfill.ts';
import { check, isSound, repair, type Checked } from '../../src/archive/check.ts';
import { refill } from '../../src/archive/refill.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageSource } from '../../src/datasources/message-source.ts';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createLease, createRound, fillSettled } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SETTLED = { since: NOW - 1_000, until: NOW - 300 };

/** An archive that is complete as it says, and lacks a message, has one that is older, and one that was taken away. */
async function setUp() {
  const messages = variedHistory('shop', 1, 80, NOW);
  const source = new MemorySource({ channel: 'shop', messages, pageSize: 10 });
  const archive = new MemoryArchive();
  const clock = new TestClock(NOW);
  const kept = { name: 'shop', since: SETTLED.since, settleMs: 300, source, archive };
  await fillSettled(kept, clock);
  const inside = messages.filter(({ sentAt }) => sentAt >= SETTLED.since && sentAt < SETTLED.until);
  const [missing, changed, gone] = [inside[3], inside[20], inside[30]];
  if (!missing || !changed || !gone) throw new Error('There are too few messages');
  archive.lose(missing.key);
  await archive.keep({
    entries: [toEntry({ ...changed, text: 'before' })],
    delisted: [],
    readAt: 0,
    covers: null,
    progress: null,
  });
  messages.splice(messages.indexOf(gone), 1);
  const options: BackfillOptions = { ...kept, clock, createBudget: () => new TestBudget(NOW) };
  const found = async (pages: AsyncGenerator<Checked>): Promise<string[][]> => {
    const keys: string[][] = [[], [], []];
    for await (const page of pages) {
      keys[0]?.push(...page.missing.map(({ key }) => key));
      keys[1]?.push(...page.changed.map(({ key }) => key));
      keys[2]?.push(...page.delisted);
    }
    return keys;
  };
  return { archive, clock, source, options, found, expected: [[missing.key], [changed.key], [gone.key]] };
}

test('what differs is found, and nothing is changed', async () => {
  const { archive, options, found, expected } = await setUp();
  const { pages } = archive;
  for (let time = 0; time < 2; time++) expect(await found(check(SETTLED, options))).toEqual(expected);
  expect(archive.pages).toBe(pages);
  const [missing = [], changed = [], delisted = []] = await found(
    check({ since: SETTLED.since, until: SETTLED.since }, options),
  );
  expect([...missing, ...changed, ...delisted]).toEqual([]);
});

test('a repair keeps what differs, and what lacked something is complete once it is read again', async () => {
  const { archive, clock, options, found, expected } = await setUp();
  expect(await found(repair(SETTLED, options, createRound({ archive }, clock)))).toEqual(expected);
  const [before, after] = await archive.coverage();
  expect([before?.since === SETTLED.since && after === undefined, after?.until ?? before?.until]).toEqual([
    false,
    SETTLED.until,
  ]);
  await refill(SETTLED, options, () => createRound({ archive }, clock));
  expect(await archive.coverage()).toEqual([SETTLED]);
  for await (const checked of check(SETTLED, options)) expect(isSound(checked)).toBe(true);
});

test('what takes more than one budget is read on from where it was, until it is told to end', async () => {
  const { archive, clock, options, found, expected } = await setUp();
  let budgets = 0;
  const createBudget = (): TestBudget => new TestBudget(NOW, budgets++ % 3 === 2 ? Infinity : 0);
  const { source } = options;
  const uncached: MessageSource = {
    id: source.id,
    channel: source.channel,
    start: (walk) => source.start(walk),
    read: async (position, walk, budget) => {
      budget.spend();
      return source.read(position, walk, budget);
    },
  };
  const patient = { ...options, source: uncached, createBudget, readsOn: () => true };
  expect(await found(check(SETTLED, patient))).toEqual(expected);
  expect(await found(repair(SETTLED, patient, createRound({ archive }, clock)))).toEqual(expected);
  await refill(SETTLED, patient, () => createRound({ archive }, clock));
  expect(await archive.coverage()).toEqual([SETTLED]);
  await expect(found(check(SETTLED, { ...patient, readsOn: () => false }))).rejects.toThrow(BudgetSpentError);
});

test('what is repaired is read again within its span only, and what another process keeps as its place stays', async () => {
  const { archive, clock, options } = await setUp();
  const { since, until } = SETTLED;
  const [old, later] = [
    { since: since + 100, until: since + 200 },
    { since: until - 200, until: until - 100 },
  ];
  for (const span of [old, later]) archive.uncover(span);
  const progress = { job: `backfill ${old.since}`, position: '{"until":1}' };
  await archive.keep({ entries: [], delisted: [], readAt: NOW, covers: null, progress });
  await refill({ since, until: since + 500 }, options, () => createRound({ archive }, clock));
  expect(await archive.coverage()).toEqual([
    { since, until: later.since },
    { since: later.until, until },
  ]);
  expect(await archive.progress(progress.job)).toBe(progress.position);
});

test('what another process has read meanwhile is not read again', async () => {
  const { archive, clock, options, source } = await setUp();
  archive.uncover(SETTLED);
  let reads = 0;
  source.onRead = () => {
    if (++reads === 2) archive.cover(SETTLED);
  };
  await refill(SETTLED, options, () => createRound({ archive }, clock));
  expect(reads).toBe(2);
});

test('two processes that fail tell of their own jobs each, and of those of the other', async () => {
  const { archive, clock } = await setUp();
  const [one, other] = [new ArchiveFailures(archive, clock), new ArchiveFailures(archive, clock)];
  const failures = async (): Promise<string[]> =>
    [...(await archive.positions()).keys()].filter((job) => job.startsWith('failure ')).sort();
  // At the same time.
  await Promise.all([
    one.note('a', new Error('x'), createLease()),
    other.note('b', new Error('x'), createLease()),
    one.note('c', new Error('x'), createLease()),
  ]);
  expect(await failures()).toEqual(['failure a', 'failure b', 'failure c']);
  await Promise.all([other.clear('b', createLease()), one.clear('c', createLease())]);
  expect(await failures()).toEqual(['failure a']);
  await one.note('d', new Error('x'), createLease());
  await other.clearAll((job) => job === 'a', createLease());
  expect(await failures()).toEqual(['failure d']);
});
