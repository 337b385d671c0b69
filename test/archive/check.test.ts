import { expect, test } from 'vitest';
import type { BackfillOptions } from '../../src/archive/backfill.ts';
import { check, isSound, refill, repair, type Checked } from '../../src/archive/check.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createRound, fillSettled } from '../support/fill-archive.ts';
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
  return { archive, clock, options, found, expected: [[missing.key], [changed.key], [gone.key]] };
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
