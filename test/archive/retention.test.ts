import { expect, test } from 'vitest';
import { oldestWanted } from '../../src/archive/oldest-wanted.ts';
import { readArchiveState } from '../../src/archive/archive-state.ts';
import type { KeptSource } from '../../src/archive/kept-source.ts';
import { parseRecord } from '../../src/archive/parse-record.ts';
import { Retention } from '../../src/archive/retention.ts';
import { SourceSync } from '../../src/archive/source-sync.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { LostLeaseError } from '../../src/errors/store-error.ts';
import type { Lease } from '../../src/store/store.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createRound } from '../support/fill-archive.ts';
import { createKeptSource } from '../support/kept-source.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';
import { openTestStore } from '../support/test-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIDNIGHT = Date.parse('2026-03-20T00:00:00Z');
const EVER = { since: 0, until: Number.MAX_SAFE_INTEGER };
const PER_DAY = 100;

/** A hundred messages of each of the last six days, and an archive that has them all. @param settings of the retention */
async function setUp(retentionDays: number | undefined, isHeld?: (message: MessageRecord) => boolean) {
  const messages = [6, 5, 4, 3, 2, 1].flatMap((days) =>
    variedHistory('shop', days, PER_DAY, MIDNIGHT - (days - 1) * DAY_MS).map((message) => ({
      ...message,
      key: `${days} ${message.key}`,
      sequence: `${6 - days} ${message.sequence}`,
    })),
  );
  const source = new MemorySource({ channel: 'shop', messages, pageSize: 50 });
  const { store } = openTestStore();
  const archive = store.messageArchive('TEST shop', 'TEST shop');
  const clock = new TestClock(MIDNIGHT + HOUR_MS);
  const kept = createKeptSource({ since: MIDNIGHT - 6 * DAY_MS, settleMs: HOUR_MS, source, archive });
  const createBudget = (): TestBudget => new TestBudget(clock.now());
  const withLease = <T>(work: (lease: Lease) => Promise<T>): Promise<T> =>
    store.leases.take('archive:shop', new AbortController().signal, work);
  await withLease((lease) => new SourceSync(kept, clock).run(lease, createBudget));
  expect(await archive.count()).toBe(messages.length);
  const settings = {
    ...kept,
    retentionDays,
    readHolds: isHeld && ((): Promise<typeof isHeld> => Promise.resolve(isHeld)),
  };
  return {
    messages,
    archive,
    clock,
    settings,
    run: () => withLease((lease) => new SourceSync(settings, clock).run(lease, createBudget)),
    prune: (changed: Partial<KeptSource> = {}) =>
      withLease((lease) => {
        const changedSettings = { ...settings, ...changed };
        return new Retention(changedSettings, clock).run(createRound(settings, clock, lease));
      }),
    keys: async () => {
      const entries = await archive.read({ order: 'ASC', span: EVER, after: null, terms: [], limit: 10_000 });
      return entries.map(({ record }) => parseRecord(record).key);
    },
    close: () => store.close(),
  };
}

const keysSince = (messages: readonly MessageRecord[], since: number): string[] =>
  messages.filter(({ sentAt }) => sentAt >= since).map(({ key }) => key);

test('the oldest moment that is wanted moves on at midnight, and never to before the configured one', () => {
  const at = (moment: number, retentionDays?: number): number =>
    oldestWanted({ since: MIDNIGHT - 5 * DAY_MS, retentionDays }, new TestClock(moment));
  expect([
    at(MIDNIGHT),
    at(MIDNIGHT, 2),
    at(MIDNIGHT + DAY_MS - 1, 2),
    at(MIDNIGHT + DAY_MS, 2),
    at(MIDNIGHT, 6),
  ]).toEqual([
    MIDNIGHT - 5 * DAY_MS,
    MIDNIGHT - 2 * DAY_MS,
    MIDNIGHT - 2 * DAY_MS,
    MIDNIGHT - DAY_MS,
    MIDNIGHT - 5 * DAY_MS,
  ]);
});

test('what is older than the retention is taken away, is not complete, and is not read again', async () => {
  const { messages, archive, clock, settings, run, keys, close } = await setUp(4);
  await run();
  const since = MIDNIGHT - 4 * DAY_MS;
  expect((await keys()).sort()).toEqual(keysSince(messages, since).sort());
  expect(await readArchiveState([archive], { ...settings, dueMs: HOUR_MS }, clock)).toMatchObject({
    since,
    retentionDays: 4,
    coverage: [{ since, until: MIDNIGHT }],
    gaps: [],
    messages: 4 * PER_DAY,
  });
  await run();
  expect(await archive.count()).toBe(4 * PER_DAY);
  await close();
});

test('once a day it goes on', async () => {
  const { archive, clock, run, close } = await setUp(4);
  const counts: number[] = [];
  for (let day = 0; day < 3; day++) {
    await run();
    counts.push(await archive.count());
    clock.advance(DAY_MS);
  }
  expect(counts).toEqual([4 * PER_DAY, 3 * PER_DAY, 2 * PER_DAY]);
  await close();
});

test('without a retention all stays', async () => {
  const { archive, clock, run, close } = await setUp(undefined);
  clock.advance(1_000 * DAY_MS);
  await run();
  expect(await archive.count()).toBe(6 * PER_DAY);
  await close();
});

test('what is held stays, and nothing that stands beside it', async () => {
  const { messages, keys, prune, close } = await setUp(4, ({ conversation }) => conversation.key === 'anna');
  await prune();
  const since = MIDNIGHT - 4 * DAY_MS;
  const wanted = messages.filter(
    ({ sentAt, conversation }) => sentAt >= since || conversation.key === 'anna',
  );
  expect(wanted.length).toBeGreaterThan(4 * PER_DAY + 20);
  expect((await keys()).sort()).toEqual(wanted.map(({ key }) => key).sort());
  await close();
});

test('interrupted after any batch, it counts nothing of it as complete, and the next one ends it', async () => {
  const { archive, keys, messages, prune, settings, close } = await setUp(2);
  const remove = archive.remove.bind(archive);
  let batches = 0;
  archive.remove = (...args) => {
    if (++batches > 1) throw new LostLeaseError('archive:shop');
    return remove(...args);
  };
  await expect(prune()).rejects.toThrow(LostLeaseError);
  const since = MIDNIGHT - 2 * DAY_MS;
  expect([await archive.coverage(), (await archive.count()) > 2 * PER_DAY]).toEqual([
    [{ since, until: MIDNIGHT }],
    true,
  ]);
  archive.remove = remove;
  await prune();
  expect((await keys()).sort()).toEqual(keysSince(messages, since).sort());
  expect(await settings.archive.progress('retention')).toBe(String(since));
  await close();
});

test('a shorter one prunes on the same day', async () => {
  const { archive, prune, close } = await setUp(4);
  await prune();
  await prune({ retentionDays: 2 });
  expect(await archive.count()).toBe(2 * PER_DAY);
  await close();
});
